/**
 * The inner product of two vectors.
 *
 * @param a float64 `[n]`.
 * @param b float64 `[n]`.
 * @returns Σ aᵢ·bᵢ.
 */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * A point on a line: `origin + step · direction`, in a new array.
 *
 * @param origin float64 `[n]`.
 * @param line The direction, float64 `[n]`, and how far along it.
 * @returns float64 `[n]`.
 */
export function along(
  origin: Float64Array,
  line: { direction: Float64Array; step: number },
): Float64Array {
  const { direction, step } = line;
  const point = new Float64Array(origin.length);
  // A loop, as with `map` a step of L-BFGS takes about three times as long.
  for (let i = 0; i < point.length; i++) point[i] = origin[i] + step * direction[i];
  return point;
}

/**
 * The largest absolute value of a vector, its ∞-norm.
 *
 * @param a float64 `[n]`.
 * @returns max |aᵢ|; NaN if any entry is.
 */
export function maxAbs(a: Float64Array): number {
  let largest = 0;
  for (const value of a) largest = Math.max(largest, Math.abs(value));
  return largest;
}
