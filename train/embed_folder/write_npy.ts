import { writeAll } from "../../src/files.ts";
import type { EmbeddingWriter } from "./embeddings.ts";

/** The header's length with all before it: a multiple of 64, and room for any shape. */
const HEADER_BYTES = 128;

/**
 * Writes a NumPy array (version 1.0 of the format), float32 `[count, F]`. It has no place for ids.
 *
 * @param file Where it goes.
 * @param batches The embeddings.
 * @param options F.
 */
export const writeNpy: EmbeddingWriter = async (file, batches, { dimension }) => {
  await writeAll(file, new Uint8Array(HEADER_BYTES)); // how many rows there are is not known yet
  let count = 0;
  for await (const { ids, vectors } of batches) {
    await writeAll(file, new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
    count += ids.length;
  }
  await file.seek(0, Deno.SeekMode.Start);
  await writeAll(file, npyHeader(count, dimension));
};

function npyHeader(count: number, dimension: number): Uint8Array {
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${dimension}), }`;
  const magic = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0);
  const length = HEADER_BYTES - magic.length - 2;
  const text = new TextEncoder().encode(fields.padEnd(length - 1) + "\n");
  return Uint8Array.of(...magic, length & 255, length >> 8, ...text);
}
