import { writeAll } from "../../src/files.ts";
import { type EmbeddingWriter, rowsOf } from "./embeddings.ts";

/** Enough decimal digits to tell any two float32 apart. */
const FLOAT32_DIGITS = 9;

/**
 * Writes a JSON object a line, `{"id": …, "vector": […]}`. Read as float32, the numbers are the same
 * to the bit, but for the sign of a zero, which JSON.stringify drops.
 *
 * @param file Where they go.
 * @param batches The embeddings.
 */
export const writeJsonLines: EmbeddingWriter = async (file, batches) => {
  for await (const batch of batches) {
    const lines = rowsOf(batch).map((row, at) => {
      const vector = Array.from(row, (value) => Number(value.toPrecision(FLOAT32_DIGITS)));
      return JSON.stringify({ id: batch.ids[at], vector }) + "\n";
    });
    await writeAll(file, new TextEncoder().encode(lines.join("")));
  }
};
