import { join } from "node:path";
import { z } from "zod";
import { LookalikeError, messageOf } from "../src/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/encoders/safetensors.ts";
import { sha256, writeFileAtomic } from "../src/files.ts";
import { encoderArchitectureSchema, type NamedTensors } from "../src/model/mod.ts";
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
  tensors: z.strictObject({ file: z.string(), sha256: z.string() }),
});

/** The state of a run after some step. */
export type Checkpoint = Omit<z.infer<typeof checkpointSchema>, "formatVersion" | "tensors"> & {
  tensors: NamedTensors;
};

const RECORD = "checkpoint.json";

/**
 * Writes a checkpoint so that a crash at any moment leaves this one or the one before: first the
 * tensors under a name of their own, then the record that points to them.
 *
 * @param folder The run's folder.
 * @param checkpoint The state.
 * @throws {LookalikeError} `not_finite` if a weight is not finite; what was there stays.
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { tensors, ...record } = checkpoint;
  refuseNotFinite(tensors, checkpoint.step);
  const bytes = encodeSafetensors(tensors);
  const file = `step-${String(checkpoint.step).padStart(8, "0")}.safetensors`;
  await writeFileAtomic(join(folder, file), bytes);
  const content = { formatVersion: 2, ...record, tensors: { file, sha256: sha256(bytes) } };
  await writeFileAtomic(join(folder, RECORD), JSON.stringify(content, null, 1));
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".safetensors") && name !== file) await Deno.remove(join(folder, name));
  }
}

/**
 * Reads the checkpoint of a run.
 *
 * @param folder The run's folder.
 * @returns The state, or null if there is none.
 * @throws {LookalikeError} `damaged` if it is not whole, naming the file.
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  const path = join(folder, RECORD);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    const { formatVersion: _, tensors: { file, sha256: expected }, ...record } = checkpointSchema
      .parse(JSON.parse(text));
    const bytes = await Deno.readFile(join(folder, file));
    if (sha256(bytes) !== expected) throw new Error(`${file} has another SHA-256 than it says`);
    return { ...record, tensors: decodeSafetensors(bytes) };
  } catch (cause) {
    throw new LookalikeError(
      "damaged",
      `Cannot read the checkpoint ${path}: ${messageOf(cause)}. Begin anew with --restart.`,
      { cause },
    );
  }
}

function refuseNotFinite(tensors: NamedTensors, step: number): void {
  for (const [name, { data }] of tensors) {
    if (data instanceof Float32Array && !data.every(Number.isFinite)) {
      throw new LookalikeError(
        "not_finite",
        `Cannot go on from step ${step} as ${name} is no longer finite: lower --learning-rate or ` +
          "lengthen --warmup-epochs. The last good checkpoint is kept.",
      );
    }
  }
}
