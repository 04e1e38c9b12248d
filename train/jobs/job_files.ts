import { join } from "node:path";
import { z } from "zod";
import { decodeSafetensors, type NamedTensors } from "../../src/encoders/safetensors.ts";
import { LookalikeError, messageOf } from "../../src/errors.ts";

/** What was known of the images when the job was accepted. */
const jobExamplesSchema = z.object({
  /** The classes' names, sorted; a label is an index of it. */
  classes: z.array(z.string()),
  examples: z.array(z.object({
    /** The item's. */
    id: z.string(),
    /** Null for an item without one. */
    label: z.int().min(0).nullable(),
    /** Its image's name in `images/`; null where the job has vectors alone. */
    file: z.string().nullish(),
  })),
});

/** What was known of the images when the job was accepted; {@link jobExamplesSchema} has the fields. */
export type JobExamples = z.infer<typeof jobExamplesSchema>;

/** Where a job's own files lie. */
export interface JobPaths {
  /** Hard links to the originals. */
  images: string;
  /** Decoded images. */
  cache: string;
}

/**
 * The paths of a job's files.
 *
 * @param folder The job's own.
 * @returns Where images and their decoded forms lie.
 */
export function jobPaths(folder: string): JobPaths {
  return { images: join(folder, "images"), cache: join(folder, "cache") };
}

/**
 * Reads a job's `examples.json`.
 *
 * @param folder The job's own.
 * @returns Classes and examples; null for a job that has none, as pretraining on a folder.
 * @throws {LookalikeError} `damaged` if it is not as it must be.
 */
export async function readJobExamples(folder: string): Promise<JobExamples | null> {
  const bytes = await readIfThere(join(folder, "examples.json"));
  if (bytes === null) return null;
  try {
    const found = jobExamplesSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const wrong = found.examples.find(({ label }) =>
      label !== null && label >= found.classes.length
    );
    if (wrong) throw new Error(`${JSON.stringify(wrong.id)} has a class that is not there`);
    return found;
  } catch (cause) {
    throw damaged("examples.json", cause);
  }
}

/**
 * Reads a job's vectors, at length 1.
 *
 * @param folder The job's own.
 * @returns float32 `[N, F]`, a row an example in their order, and F; null if the job has none.
 * @throws {LookalikeError} `damaged` if the file is not as it must be.
 */
export async function readJobVectors(
  folder: string,
): Promise<{ vectors: Float32Array; dimension: number } | null> {
  const bytes = await readIfThere(join(folder, "vectors.safetensors"));
  if (bytes === null) return null;
  let tensors: NamedTensors;
  try {
    tensors = decodeSafetensors(bytes);
  } catch (cause) {
    throw damaged("vectors.safetensors", cause);
  }
  const { data, shape } = tensors.get("vectors") ?? {};
  if (data instanceof Float32Array && shape?.length === 2) {
    return { vectors: data, dimension: shape[1] };
  }
  throw damaged("vectors.safetensors", new Error("there is no float32 [N, F] named vectors"));
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function damaged(file: string, cause: unknown): LookalikeError {
  return new LookalikeError(
    "damaged",
    `Cannot read ${file} of the job as it must be as it was written: ${messageOf(cause)}.`,
    { cause },
  );
}
