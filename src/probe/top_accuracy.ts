import type { ClassScores } from "./most_probable.ts";

/**
 * The share of rows whose true class is among the k likeliest. Of equal scores the first class goes
 * first, so that k = 1 agrees with `mostProbable`.
 *
 * @param scores `[N, C]`, N ≥ 1.
 * @param options.labels The true classes, int32 `[N]`.
 * @param options.k How many classes a row may name; 5 is what the field reports beside 1.
 * @returns 0 to 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topAccuracy } from "./top_accuracy.ts";
 * const scores = Float32Array.of(0.5, 0.3, 0.2, 0.1, 0.2, 0.7); // [2, 3]
 * assertEquals(topAccuracy(scores, { labels: Int32Array.of(1, 0), k: 2 }), 0.5);
 * ```
 */
export function topAccuracy(
  scores: ClassScores,
  options: { labels: Int32Array; k: number },
): number {
  const { labels, k } = options;
  const classes = scores.length / labels.length;
  const isAmong = (label: number, row: number) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const isBefore = (score: number, other: number) =>
      score > own[label] || (score === own[label] && other < label);
    let before = 0;
    own.forEach((score, other) => before += isBefore(score, other) ? 1 : 0);
    return before < k;
  };
  return labels.filter(isAmong).length / labels.length;
}
