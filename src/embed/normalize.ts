import { LookalikeError } from "../errors.ts";

/**
 * Scales an embedding to length 1, so that a dot product of two is their cosine similarity.
 *
 * @param embedding float32 `[F]`; it is not changed.
 * @returns float32 `[F]` of length 1; zeros stay zeros, as they point nowhere.
 * @throws {LookalikeError} `not_finite` if it holds a NaN or an infinity.
 *
 * @example
 * ```ts
 * import { normalize } from "./normalize.ts";
 * console.assert(normalize(Float32Array.of(3, 4)).join() === Float32Array.of(0.6, 0.8).join());
 * ```
 */
export function normalize(embedding: Float32Array): Float32Array {
  let largest = 0;
  for (const value of embedding) largest = Math.max(largest, Math.abs(value));
  if (!Number.isFinite(largest)) { // also of NaN, which Math.max passes on
    throw new LookalikeError(
      "not_finite",
      "Cannot normalise an embedding as it must be finite: the encoder's weights or its input are broken.",
    );
  }
  if (largest === 0) return embedding.slice();
  let sum = 0;
  for (const value of embedding) sum += (value / largest) ** 2; // scaled: no square overflows
  const length = largest * Math.sqrt(sum);
  return embedding.map((value) => value / length);
}
