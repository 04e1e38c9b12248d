/**
 * How often each class was taken for each.
 *
 * @param predictions Classes, int32 `[N]`.
 * @param options.labels The true classes, int32 `[N]`.
 * @param options.classes C.
 * @returns Counts: C rows, one a true class, of C columns, one a predicted class.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionMatrix } from "./confusion_matrix.ts";
 * const predictions = Int32Array.of(0, 1, 1);
 * const labels = Int32Array.of(0, 0, 1);
 * assertEquals(confusionMatrix(predictions, { labels, classes: 2 }), [[1, 1], [0, 1]]);
 * ```
 */
export function confusionMatrix(
  predictions: Int32Array,
  options: { labels: Int32Array; classes: number },
): number[][] {
  const { labels, classes } = options;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, row) => counts[label][predictions[row]]++);
  return counts;
}

/**
 * The share of each class's images that were recognised.
 *
 * @param confusion Counts, as {@linkcode confusionMatrix} gives them.
 * @returns Recall by class, 0 to 1; null for a class without images.
 */
export function recallByClass(confusion: number[][]): (number | null)[] {
  return confusion.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return total === 0 ? null : row[label] / total;
  });
}
