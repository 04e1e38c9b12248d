import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../src/files.ts";
import { fasterPrecision, type Precision } from "../../src/tensorflow/mod.ts";
import { readJson } from "../dataset/read_json.ts";

const settledSchema = z.strictObject({ precision: z.enum(["float32", "bfloat16"]) });

/**
 * The precision of a job's training. Where it is to be measured which is faster, that is done once a
 * job: measured again after a crash it might come out otherwise, and so would the result.
 *
 * @param folder The job's own.
 * @param wanted What is asked for.
 * @param options.channels Of the network's layers, as `fasterPrecision` takes them.
 * @returns The precision.
 */
export async function settledPrecision(
  folder: string,
  wanted: Precision | "auto",
  options: { channels?: number } = {},
): Promise<Precision> {
  if (wanted !== "auto") return wanted;
  const path = join(folder, "precision.json");
  const settled = await readJson(path, settledSchema);
  if (settled) return settled.precision;
  const precision = await fasterPrecision(options);
  await writeFileAtomic(path, JSON.stringify({ precision }));
  return precision;
}
