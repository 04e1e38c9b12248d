import { LookalikeError } from "../../src/errors.ts";
import type { Precision } from "../../src/tensorflow/mod.ts";
import type { LabelBudget, UnlabelledImages } from "../fine_tune/mod.ts";
import type { EvaluatedEncoder } from "./evaluated_encoder.ts";
import type { OnProgress } from "./evaluation_progress.ts";
import { createFeatures } from "./features.ts";
import { type LabelledSplitsOptions, openLabelledSplits } from "./labelled_splits.ts";
import { type Measurement, measurementOf } from "./measurement.ts";
import { type Protocol, PROTOCOLS } from "./protocol.ts";
import type { Subject } from "./subject.ts";
import { subjectsOf, type TrainingSettings } from "./subjects.ts";

/** What is evaluated, on which images, and how. */
export interface EvaluateOptions
  extends Omit<LabelledSplitsOptions, "side" | "seed" | "onProgress"> {
  encoder: EvaluatedEncoder;
  /** Images with labels: a folder, an archive of one, or `shapes`. */
  source: string;
  /** In which ways; `linear-lbfgs` and `knn` unless told. */
  protocols?: readonly Protocol[];
  /** How many seeds, from 0; 1 unless told. */
  seeds?: number;
  /** How many labels `semi` knows; 1 % unless told. */
  labels?: LabelBudget;
  /** After how many layers of the head `semi` and `transfer` classify; 0, which is h, unless told. */
  layer?: number;
  /** The ways in which `semi` also lets all training images take part, without labels; none unless told. */
  unlabelled?: readonly UnlabelledImages["way"][];
  /** What the protocols that train do otherwise than the paper. */
  training?: TrainingSettings;
  /** Of the encoder's convolutions where it is not trained; float32 unless told. */
  precision?: Precision;
  /** Ends the evaluation soon, with the error `interrupted`. */
  signal?: AbortSignal;
  /** Told how far it is. */
  onProgress?: OnProgress;
}

/** What an evaluation found. */
export interface EvaluationReport {
  /** How many images were learnt from (of which `semi` takes some) and tested on, and of how many classes. */
  counts: { train: number; test: number; classes: number };
  /** The classes' names, in the order of every list by class. */
  classes: string[];
  seeds: number[];
  protocols: ProtocolReport[];
}

/** What one protocol found. */
export interface ProtocolReport {
  protocol: Protocol;
  /** What another seed changes, in words. */
  seedChanges: string;
  /** The encoder's own first, then what it is to be compared with. */
  measurements: Measurement[];
}

/** What is measured unless told. */
export const USUAL_PROTOCOLS: readonly Protocol[] = ["linear-lbfgs", "knn"];

/**
 * Measures an encoder in one or more ways, each over several seeds. The test images decide nothing:
 * penalties are picked on training images, and of a training the last step counts.
 *
 * @param options The encoder, the images, and how.
 * @returns Accuracies with their spread, recall by class, and confusions.
 * @throws {LookalikeError} `invalid_input` if the images have no labels, the head has no such layer or
 * a setting is out of range; `interrupted` if the signal ended it; or as `openDataset` does.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationReport> {
  const {
    encoder,
    source,
    protocols = USUAL_PROTOCOLS,
    labels = { share: 0.01 },
    layer = 0,
    unlabelled = [],
    training = {},
    precision = "float32",
    signal,
    onProgress = () => {},
    ...images
  } = options;
  const seeds = Array.from({ length: checkSeeds(options.seeds ?? 1) }, (_, seed) => seed);
  checkLayer(encoder, layer);
  const open = (side: number) =>
    openLabelledSplits(source, {
      ...images,
      side,
      onProgress: (done, total) => onProgress({ stage: "decoding", done, total }),
    });
  using splits = await open(encoder.side);
  const { train, test } = splits;
  const features = createFeatures(encoder, { splits, open, precision, onProgress });
  const context = {
    ...{ encoder, train, test, features, labels, layer, unlabelled, training, signal, onProgress },
  };

  const reports: ProtocolReport[] = [];
  for (const protocol of protocols) {
    const measurements: Measurement[] = [];
    for (const subject of subjectsOf(protocol, context)) {
      const scores = await scoresOf(subject, { seeds, signal });
      measurements.push(measurementOf(subject.name, { scores, labels: test.labels }));
    }
    reports.push({ protocol, seedChanges: PROTOCOLS[protocol].seed, measurements });
  }
  const { classes } = train;
  const counts = { train: train.count, test: test.count, classes: classes.length };
  return { counts, classes, seeds, protocols: reports };
}

/** Of each seed in turn, or of the first where nothing is drawn. */
async function scoresOf(subject: Subject, options: { seeds: number[]; signal?: AbortSignal }) {
  const seeds = subject.isDrawn ? options.seeds : options.seeds.slice(0, 1);
  const scores = [];
  for (const seed of seeds) {
    if (options.signal?.aborted) {
      throw new LookalikeError("interrupted", "Stopped the evaluation; nothing of it is kept.");
    }
    scores.push(await subject.scores(seed));
  }
  return scores;
}

function checkSeeds(seeds: number): number {
  if (Number.isSafeInteger(seeds) && seeds >= 1) return seeds;
  throw new LookalikeError(
    "invalid_input",
    `Cannot evaluate over ${seeds} seeds as there must be a whole number of them, at least 1.`,
    { param: "seeds" },
  );
}

function checkLayer({ head }: EvaluatedEncoder, layer: number): void {
  const most = head?.layers.length ?? 0;
  if (Number.isInteger(layer) && layer >= 0 && layer <= most) return;
  const layers = most === 0 ? "0, which is h, as no head is saved with it" : `from 0 to ${most}`;
  throw new LookalikeError(
    "invalid_input",
    `Cannot fine-tune from layer ${layer} of the encoder's head as it must be ${layers}.`,
    { param: "layer" },
  );
}
