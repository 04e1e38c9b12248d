import { join } from "node:path";
import { z } from "zod";
import { LookalikeError, messageOf } from "../src/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/encoders/safetensors.ts";
import { sha256, writeFileAtomic } from "../src/files.ts";
import type { NamedTensors } from "../src/model/mod.ts";

/** What a checkpoint's record says of its tensors: where they lie, and that they are these. */
export const tensorsFileSchema = z.strictObject({ file: z.string(), sha256: z.string() });

const RECORD = "checkpoint.json";
const TENSORS = /^step-\d+\.safetensors$/;

/**
 * Writes a checkpoint so that a crash at any moment leaves this one or the one before: first the
 * tensors under a name of their own, then the record that points to them.
 *
 * @param folder Where it goes, which no other checkpoint shares.
 * @param checkpoint The steps that are done; what the record says beside them, as JSON takes it; the
 * tensors; and what a person may do where they are not finite, as the end of a sentence.
 * @throws {LookalikeError} `not_finite` if a number is not finite; what was there stays.
 */
export async function writeCheckpointFiles(
  folder: string,
  checkpoint: { step: number; record: object; tensors: NamedTensors; advice: string },
): Promise<void> {
  const { step, record, tensors, advice } = checkpoint;
  refuseNotFinite(tensors, { step, advice });
  const bytes = encodeSafetensors(tensors);
  const file = `step-${String(step).padStart(8, "0")}.safetensors`;
  await writeFileAtomic(join(folder, file), bytes);
  const content = { ...record, step, tensors: { file, sha256: sha256(bytes) } };
  await writeFileAtomic(join(folder, RECORD), JSON.stringify(content, null, 1));
  for await (const { name } of Deno.readDir(folder)) {
    if (TENSORS.test(name) && name !== file) await Deno.remove(join(folder, name));
  }
}

/**
 * Reads what {@linkcode writeCheckpointFiles} wrote.
 *
 * @param folder Where it lies.
 * @param options.schema What the record must be.
 * @param options.advice What a person may do where it is damaged, as a sentence.
 * @returns The record with its tensors, or null if there is none.
 * @throws {LookalikeError} `damaged` if it is not whole, naming the file.
 */
export async function readCheckpointFiles<
  Found extends { tensors: z.infer<typeof tensorsFileSchema> },
>(
  folder: string,
  options: { schema: z.ZodType<Found>; advice: string },
): Promise<Omit<Found, "tensors"> & { tensors: NamedTensors } | null> {
  const path = join(folder, RECORD);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    const record = options.schema.parse(JSON.parse(text));
    const { file, sha256: expected } = record.tensors;
    const bytes = await Deno.readFile(join(folder, file));
    if (sha256(bytes) !== expected) throw new Error(`${file} has another SHA-256 than it says`);
    return { ...record, tensors: decodeSafetensors(bytes) };
  } catch (cause) {
    throw new LookalikeError(
      "damaged",
      `Cannot read the checkpoint ${path}: ${messageOf(cause)}. ${options.advice}`,
      { cause },
    );
  }
}

function refuseNotFinite(
  tensors: NamedTensors,
  { step, advice }: { step: number; advice: string },
): void {
  for (const [name, { data }] of tensors) {
    if (data instanceof Float32Array && !data.every(Number.isFinite)) {
      throw new LookalikeError(
        "not_finite",
        `Cannot go on from step ${step} as ${name} is no longer finite: ${advice}. ` +
          "The last good checkpoint is kept.",
      );
    }
  }
}
