/** The naive answer to a search, to hold others against. */
export interface OracleHit {
  id: string;
  score: number;
}

/**
 * Scores every vector in float64 and sorts them all.
 *
 * @param items float32 vectors of length 1 by id.
 * @param query float32 of length 1.
 * @param k How many to return.
 * @returns The best first, equal ones by id.
 */
export function nearest(
  items: Map<string, Float32Array>,
  query: Float32Array,
  k: number,
): OracleHit[] {
  return [...items]
    .map(([id, vector]) => ({
      id,
      score: vector.reduce((sum, value, at) => sum + value * query[at], 0),
    }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, k);
}
