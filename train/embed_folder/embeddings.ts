/** What some images of a source became, in the order of the source. */
export interface Embeddings {
  /** The path of each image inside the source, `/` between parts. */
  ids: string[];
  /** float32 `[count, F]`. */
  vectors: Float32Array;
}

/** Writes embeddings, as they come, into an open file that is empty. */
export type EmbeddingWriter = (
  file: Deno.FsFile,
  batches: AsyncIterable<Embeddings>,
  options: { dimension: number },
) => Promise<void>;

/**
 * The vectors of a batch, one by one.
 *
 * @param embeddings The batch.
 * @returns Each as a part of the batch's memory, float32 `[F]`.
 */
export function rowsOf({ ids, vectors }: Embeddings): Float32Array[] {
  const dimension = vectors.length / ids.length;
  return ids.map((_, row) => vectors.subarray(row * dimension, (row + 1) * dimension));
}
