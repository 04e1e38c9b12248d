import { z } from "zod";
import { encoderArchitectureSchema, type NamedTensors } from "../src/model/mod.ts";
import {
  readCheckpointFiles,
  tensorsFileSchema,
  writeCheckpointFiles,
} from "./checkpoint_files.ts";
import { pretrainConfigSchema } from "./config.ts";
import { progressSchema } from "./report.ts";
import { stretchSchema } from "./stretches.ts";

/** What a checkpoint says beside its tensors. */
const checkpointSchema = z.strictObject({
  formatVersion: z.literal(2),
  /** What tells this run from another of the same name. */
  run: z.string(),
  /** Where its images came from. */
  source: z.string(),
  /** Steps that are done. */
  step: z.int().min(0),
  /** Whether the run is at its end. */
  finished: z.boolean(),
  /** The parts of the run that have a schedule of their own: one, and one for each extension. */
  stretches: z.array(stretchSchema).min(1),
  /** The encoder that it started from; null where its weights were drawn. */
  startedFrom: z.string().nullable(),
  configuration: pretrainConfigSchema,
  /** The encoder's, with what an encoder that it started from had beyond the configuration. */
  architecture: encoderArchitectureSchema,
  /** In what precision it really ran. */
  precision: z.enum(["float32", "bfloat16"]),
  /** A SHA-256 of the images' names: a run goes on only with the images that it began with. */
  images: z.string(),
  /** All that was reported so far. */
  history: z.array(progressSchema),
  tensors: tensorsFileSchema,
});

/** The state of a run after some step. */
export type Checkpoint = Omit<z.infer<typeof checkpointSchema>, "formatVersion" | "tensors"> & {
  tensors: NamedTensors;
};

/**
 * Writes a checkpoint so that a crash at any moment leaves this one or the one before.
 *
 * @param folder The run's folder.
 * @param checkpoint The state.
 * @throws {LookalikeError} `not_finite` if a weight is not finite; what was there stays.
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { tensors, step, ...record } = checkpoint;
  await writeCheckpointFiles(folder, {
    ...{ step, tensors, record: { formatVersion: 2, ...record } },
    advice: "lower --learning-rate or lengthen --warmup-epochs",
  });
}

/**
 * Reads the checkpoint of a run.
 *
 * @param folder The run's folder.
 * @returns The state, or null if there is none.
 * @throws {LookalikeError} `damaged` if it is not whole, naming the file.
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  const advice = "Begin anew with --restart.";
  const found = await readCheckpointFiles(folder, { schema: checkpointSchema, advice });
  if (!found) return null;
  const { formatVersion: _, ...checkpoint } = found;
  return checkpoint;
}
