/**
 * The most probable class of each row; of equal ones the first.
 *
 * @param probabilities float32 `[N, classes]`.
 * @param classes How many columns there are.
 * @returns int32 `[N]`.
 */
export function mostProbable(probabilities: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classes }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}
