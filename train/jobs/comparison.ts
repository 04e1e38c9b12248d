import type { Comparison } from "../../src/jobs/job.ts";

/** Fewer held-out examples than these say nothing of which is better. */
export const LEAST_COMPARED = 10;

/**
 * Compares a result with another by how many of the same examples each has right.
 *
 * @param counts What it is compared with, what is measured, on how many, how many each has right, and
 * a sentence to bear in mind, if there is one.
 * @returns The comparison: better is strictly more; null where the examples are too few to say.
 *
 * @example
 * ```ts
 * import { compareCounts } from "./comparison.ts";
 * const counts = { with: "a@1", measure: "accuracy", count: 20, before: 11, after: 13 };
 * console.assert(compareCounts(counts).isBetter === true);
 * console.assert(compareCounts({ ...counts, count: 8, before: 1, after: 7 }).isBetter === null);
 * ```
 */
export function compareCounts(
  counts: {
    with: string;
    measure: string;
    count: number;
    before: number;
    after: number;
    note?: string;
  },
): Comparison {
  const { count, before, after, note } = counts;
  const isEnough = count >= LEAST_COMPARED;
  const found = `It has ${after} of ${count} right, ${counts.with} has ${before}.`;
  const verdict = isEnough
    ? `${found}${after === before ? " As many is not better." : ""}`
    : `${found} Fewer than ${LEAST_COMPARED} examples do not say which is better.`;
  return {
    with: counts.with,
    measure: counts.measure,
    count,
    before: count === 0 ? 0 : before / count,
    after: count === 0 ? 0 : after / count,
    isBetter: isEnough ? after > before : null,
    reason: note === undefined ? verdict : `${verdict} ${note}`,
  };
}

/**
 * How many predictions are right.
 *
 * @param predictions Classes, int32 `[N]`.
 * @param labels The true ones, int32 `[N]`.
 * @returns From 0 to N.
 */
export function countRight(predictions: Int32Array, labels: Int32Array): number {
  return predictions.reduce((sum, label, row) => sum + (label === labels[row] ? 1 : 0), 0);
}
