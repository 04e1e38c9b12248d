import type { Metric } from "../collections.ts";

/**
 * How far two vectors are apart, as the graph counts it: 1 − cosine, 1 − scalar product, or the
 * square of the Euclidean distance.
 *
 * @param a float32 `[F]`.
 * @param b float32 `[F]`.
 * @param metric How they are compared.
 * @returns The distance, the smaller the more similar.
 *
 * @example
 * ```ts
 * import { distance } from "./distance.ts";
 * const east = Float32Array.of(2, 0), north = Float32Array.of(0, 1);
 * console.assert(distance(east, north, "cosine") === 1);
 * console.assert(distance(east, north, "euclidean") === 5);
 * ```
 */
export function distance(a: Float32Array, b: Float32Array, metric: Metric): number {
  let product = 0, ofA = 0, ofB = 0;
  for (let at = 0; at < a.length; at++) {
    product += a[at] * b[at];
    ofA += a[at] * a[at];
    ofB += b[at] * b[at];
  }
  if (metric === "dot") return 1 - product;
  if (metric === "euclidean") return ofA - 2 * product + ofB;
  return product === 0 ? 1 : 1 - product / Math.sqrt(ofA * ofB);
}
