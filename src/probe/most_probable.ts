/** A number for each class of each row, the larger the likelier: probabilities, logits or votes. */
export type ClassScores = Float32Array | Float64Array;

/**
 * The most probable class of each row; of equal ones the first.
 *
 * @param scores `[N, classes]`.
 * @param classes How many columns there are.
 * @returns int32 `[N]`.
 */
export function mostProbable(scores: ClassScores, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}
