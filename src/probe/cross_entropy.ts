/** What stands for a probability of 0, whose −ln is infinite: about the least that float32 knows. */
const LEAST = 1e-38;

/**
 * The mean of −ln p of the true classes.
 *
 * @param probabilities float32 `[N, C]`, N ≥ 1.
 * @param labels The true classes, int32 `[N]`.
 * @returns In nats; a probability that underflows to 0 counts 87.
 */
export function meanCrossEntropy(probabilities: Float32Array, labels: Int32Array): number {
  const classes = probabilities.length / labels.length;
  let sum = 0;
  labels.forEach((label, row) => {
    sum -= Math.log(Math.max(probabilities[row * classes + label], LEAST));
  });
  return sum / labels.length;
}
