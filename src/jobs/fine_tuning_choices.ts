import { layerDimensions } from "../embed/head_layer.ts";
import type { Manifest } from "../encoders/manifest.ts";
import { chooseMethod, type Method } from "./choose_method.ts";
import { FINE_TUNING_DEFAULTS, HELD_OUT, type Hyperparameters } from "./fine_tuning_defaults.ts";
import type { FineTuningRequest } from "./job.ts";
import { refused } from "./job_refusals.ts";

/** How a classifier is to be trained, as far as somebody has said it. */
export interface GivenChoices {
  method: { type: Method | "auto"; layer?: number };
  hyperparameters: Partial<Hyperparameters>;
  /** The share of labels that judge. */
  heldOut?: number;
}

/** What there is to train on. */
export interface TrainingMaterial {
  /** Of the encoder to begin from. */
  manifest: Manifest;
  /** Labels by class. */
  counts: ReadonlyMap<string, number>;
  /** Items without a label. */
  unlabelled: number;
  /** Steps that a job may have. */
  steps: number;
}

/**
 * Makes the choices of a fine-tuning that are left open, and refuses those that cannot be, or would
 * not count.
 *
 * @param given What somebody has said.
 * @param material What there is to train on.
 * @returns Every choice.
 * @throws {LookalikeError} `invalid_input`, with the request's field.
 */
export function fineTuningChoices(
  given: GivenChoices,
  { manifest, counts, unlabelled, steps }: TrainingMaterial,
): Pick<FineTuningRequest, "method" | "layer" | "heldOut" | "hyperparameters"> {
  const method = methodOf(given, counts);
  const hyperparameters = { ...FINE_TUNING_DEFAULTS, ...given.hyperparameters };
  const labelled = counts.values().reduce((sum, count) => sum + count, 0);
  if (method !== "probe") checkSteps(hyperparameters, { labelled, steps });
  checkUnlabelled(given.hyperparameters, unlabelled);
  return {
    method,
    layer: layerOf(given, { method, manifest }),
    heldOut: heldOutOf(given, method),
    hyperparameters,
  };
}

function methodOf(
  { method: { type }, hyperparameters }: GivenChoices,
  counts: ReadonlyMap<string, number>,
): Method {
  const wantsTraining = Object.keys(hyperparameters).length > 0;
  if (type === "auto") return chooseMethod([...counts.values()], { wantsTraining });
  if (type !== "probe" || !wantsTraining) return type;
  throw refused(
    "hyperparameters",
    "a probe must have none, as its L2 is picked by cross-validation: leave them out, or say full",
  );
}

function layerOf(
  { method: { layer: given } }: GivenChoices,
  { method, manifest }: { method: Method; manifest: Manifest },
): number {
  const least = method === "head_layer" ? 1 : 0;
  const most = method === "full" ? 0 : layerDimensions(manifest).length - 1;
  const layer = given ?? least;
  if (layer >= least && layer <= most) return layer;
  const reason = most < least
    ? `the encoder must keep a head for method ${method}: ${manifest.name}@${manifest.version} has none`
    : `the layer of method ${method} must be ${[...new Set([least, most])].join(" to ")}: it is ` +
      layer;
  throw refused("method.layer", reason);
}

function heldOutOf({ heldOut }: GivenChoices, method: Method): number {
  if (method !== "probe") return heldOut ?? HELD_OUT;
  if (heldOut === undefined) return 0;
  throw refused(
    "held_out",
    "a probe must leave no labels out, as it is judged by cross-validation: leave held_out away",
  );
}

/** Refuses a training that would be longer than the operator allows. */
function checkSteps(
  { epochs, leastSteps, batchSize, unlabelled }: Hyperparameters,
  { labelled, steps }: { labelled: number; steps: number },
): void {
  const ofEpochs = Math.ceil(epochs * Math.max(1, labelled / batchSize));
  const trainings = unlabelled === "distillation" ? 2 : 1; // the teacher's and the student's
  const asked = trainings * Math.max(leastSteps, ofEpochs);
  if (asked <= steps) return;
  throw refused(
    `hyperparameters.${ofEpochs > leastSteps ? "n_epochs" : "least_steps"}`,
    `its steps must be at most ${steps}, as LOOKALIKE_JOB_STEPS has it: they would be ${asked}`,
  );
}

function checkUnlabelled(
  { unlabelled = "none", unlabelledWeight }: Partial<Hyperparameters>,
  count: number,
): void {
  if (unlabelled === "none" && unlabelledWeight !== undefined) {
    const reason = "unlabelled_weight must come with unlabelled: that is none";
    throw refused("hyperparameters.unlabelled_weight", reason);
  }
  if (unlabelled !== "none" && count === 0) {
    const reason = "the collection must have items without a label to take part: there is none";
    throw refused("hyperparameters.unlabelled", reason);
  }
}
