/** Bins of confidence, as Guo et al. take them. */
const BINS = 15;

/**
 * The expected calibration error: how far confidence is from being right, on average over bins of
 * equal width (Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 3).
 *
 * The confidence of a row is the probability of its most probable class; a bin is (m/15, (m + 1)/15].
 *
 * @param probabilities float32 `[N, C]`, N ≥ 1.
 * @param options.labels The true classes, int32 `[N]`.
 * @returns Σ (rows in the bin / N) · |share that is right − mean confidence|, 0 to 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { calibrationError } from "./calibration_error.ts";
 * const probabilities = Float32Array.of(0.7, 0.3, 0.3, 0.7); // [2, 2]
 * const labels = Int32Array.of(0, 0); // one right of two, at a confidence of 0.7
 * assertAlmostEquals(calibrationError(probabilities, { labels }), 0.2, 1e-6);
 * ```
 */
export function calibrationError(
  probabilities: Float32Array,
  options: { labels: Int32Array },
): number {
  const { labels } = options;
  const classes = probabilities.length / labels.length;
  const surplus = new Float64Array(BINS); // Σ (confidence − whether it is right), by bin
  labels.forEach((label, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const confidence = Math.max(...own);
    const bin = Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1;
    surplus[bin] += confidence - (own.indexOf(confidence) === label ? 1 : 0);
  });
  return surplus.reduce((sum, value) => sum + Math.abs(value), 0) / labels.length;
}
