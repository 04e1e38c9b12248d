import type { Metric } from "../collections.ts";

/** What bounds the rounding of a score. */
export interface ScoreBounds {
  /** F, the length of a vector in numbers. */
  dimension: number;
  metric: Metric;
  /** The query's length. */
  query: number;
  /** The length of the longest vector. */
  longest: number;
}

/**
 * The most by which a score of the device may differ from what it is exactly.
 *
 * A scalar product is a sum in float32 in any order, and of products in TF32 (11 significant bits),
 * which TensorFlow uses on GPUs that have it; what is too small for float32 counts as nothing. A
 * bias is rounded, and so is the sum with it. A tenth more is for what is of second order.
 *
 * @param bounds What is scored.
 * @returns The most, at least the smallest normal float32.
 */
export function scoreError({ dimension, metric, query, longest }: ScoreBounds): number {
  const product = query * longest;
  const bias = metric === "euclidean" ? longest * longest / 2 : 0;
  return 1.1 * (
    (2 ** -10 + dimension * 2 ** -24) * product +
    2 ** -23 * (bias + (bias && product)) +
    dimension * 2 ** -126
  );
}
