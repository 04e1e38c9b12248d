/**
 * The share of predictions that are right.
 *
 * @param predictions Classes, int32 `[N]`, N ≥ 1.
 * @param labels The true classes, int32 `[N]`.
 * @returns 0 to 1.
 */
export function accuracy(predictions: Int32Array, labels: Int32Array): number {
  return predictions.filter((label, i) => label === labels[i]).length / labels.length;
}
