import type { Collections } from "../collections/collections.ts";
import type { JobDraft } from "./accept_job.ts";
import { allowedFolder } from "./allowed_folder.ts";
import type { PretrainingRequest } from "./job.ts";
import { inWordsOfRequest, refused } from "./job_refusals.ts";
import { checkResultNames, type TakenNames } from "./check_result_names.ts";
import { writeImageExamples } from "./write_examples.ts";

/** An encoder to train, as somebody asks for it; `from` may be an alias or a name alone. */
export type GivenPretraining = Omit<PretrainingRequest, "kind">;

/** What a pretraining job is checked against. */
export interface PretrainingContext extends TakenNames {
  collections: Collections;
  /** Steps that a job may have. */
  steps: number;
  /** Folders that the operator has allowed. */
  folders: readonly string[];
}

/** N where nobody says it, as the training's configuration has it. */
const BATCH = 256;
/** Contrast needs another image. */
const LEAST_IMAGES = 2;

/**
 * Makes the choices that a pretraining job's request leaves open, and refuses what cannot be. The
 * configuration is the training's to check: what it does not take fails the job, which says why.
 *
 * @param given What is asked for.
 * @param context What there is.
 * @returns The job before it is one.
 * @throws {LookalikeError} `not_found` without the collection or the encoder to begin from;
 * `forbidden` for a folder that is not allowed; `invalid_input`, with the field, if there are no
 * images or too many steps; `conflict` if a name is taken, or an item has no original image.
 */
export async function draftPretraining(
  given: GivenPretraining,
  context: PretrainingContext,
): Promise<JobDraft> {
  const { source, promote, name, configuration } = given;
  const { encoders, collections, folders, steps } = context;
  const from = given.from === null ? null : await inWordsOfRequest(
    { model: "from" },
    async () => (await encoders.get(given.from!)).reference,
  );
  const alias = promote?.alias ?? null;
  await checkResultNames({ name, param: "name", alias, kind: "encoder" }, context);
  if ("folder" in source) {
    const folder = await allowedFolder(source.folder, folders);
    checkSteps(configuration, { images: LEAST_IMAGES, steps }); // how many there are, the job will see
    const request = { ...given, kind: "pretraining" as const, from, source: { folder } };
    return { request, fill: () => Promise.resolve() };
  }
  const { collection } = source;
  const { count } = await inWordsOfRequest(
    { name: "collection" },
    () => collections.get(collection),
  );
  if (count < LEAST_IMAGES) {
    const reason = `collection ${collection} must have ${LEAST_IMAGES} items at least: it has `;
    throw refused("collection", reason + count);
  }
  checkSteps(configuration, { images: count, steps });
  const items = { collection, labels: null, unlabelled: true };
  return {
    request: { ...given, kind: "pretraining", from },
    fill: (folder, signal) =>
      writeImageExamples(folder, { collections, items, check: () => {}, signal }),
  };
}

/** Refuses epochs that would be more steps than a job may have, where it says how many. */
function checkSteps(
  { epochs = 1, batchSize = BATCH }: Record<string, unknown>,
  { images, steps }: { images: number; steps: number },
): void {
  const whole = (value: unknown, least: number): value is number =>
    Number.isSafeInteger(value) && Number(value) >= least;
  if (!whole(epochs, 1)) {
    throw refused("hyperparameters.epochs", "epochs must be a whole number from 1 up: it is not");
  }
  if (!whole(batchSize, 2)) {
    throw refused(
      "hyperparameters.batch_size",
      "batch_size must be a whole number from 2 up: it is not",
    );
  }
  const asked = epochs * Math.max(1, Math.floor(images / batchSize));
  if (asked <= steps) return;
  throw refused(
    "hyperparameters.epochs",
    `its steps must be at most ${steps}, as LOOKALIKE_JOB_STEPS has it: they would be ${asked}`,
  );
}
