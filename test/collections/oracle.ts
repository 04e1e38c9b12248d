import type { Metric } from "../../src/collections/collections.ts";

/** The naive answer to a search, to hold others against. */
export interface OracleHit {
  id: string;
  score: number;
}

/**
 * Scores every vector in float64 and sorts them all.
 *
 * @param items float32 vectors by id, of length 1 for cosine.
 * @param query float32, likewise.
 * @param k How many to return.
 * @param metric Cosine and dot are the same here.
 * @returns The nearest first, equal ones by id.
 */
export function nearest(
  items: Map<string, Float32Array>,
  query: Float32Array,
  k: number,
  metric: Metric = "cosine",
): OracleHit[] {
  const score = (vector: Float32Array) =>
    metric === "euclidean"
      ? Math.sqrt(vector.reduce((sum, value, at) => sum + (query[at] - value) ** 2, 0))
      : vector.reduce((sum, value, at) => sum + value * query[at], 0);
  const sign = metric === "euclidean" ? -1 : 1;
  return [...items]
    .map(([id, vector]) => ({ id, score: score(vector) }))
    .sort((a, b) => sign * (b.score - a.score) || (a.id < b.id ? -1 : 1))
    .slice(0, k);
}
