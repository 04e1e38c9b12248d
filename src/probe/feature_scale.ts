import { tf } from "../tensorflow/mod.ts";

/** What standardises features: (x − mean) / std has mean 0 and variance 1. */
export interface FeatureScale {
  /** float32 `[dimension]`. */
  mean: Float32Array;
  /** Standard deviation (of the population), float32 `[dimension]`; 1 where a feature is constant. */
  std: Float32Array;
}

/**
 * The mean and standard deviation of every feature.
 *
 * Summed in float64 as deviations from the first row, so that a large common offset costs no digits
 * and a constant feature has a variance of exactly 0.
 *
 * @param features float32 `[N, dimension]`, N ≥ 1.
 * @param dimension How many a row has.
 * @returns The scale of each feature.
 */
export function featureScale(features: Float32Array, dimension: number): FeatureScale {
  const count = features.length / dimension;
  const sums = new Float64Array(dimension);
  const squares = new Float64Array(dimension);
  for (let row = 0; row < count; row++) {
    const offset = row * dimension;
    for (let j = 0; j < dimension; j++) {
      const deviation = features[offset + j] - features[j];
      sums[j] += deviation;
      squares[j] += deviation * deviation;
    }
  }
  const mean = Float32Array.from(sums, (sum, j) => features[j] + sum / count);
  const std = Float32Array.from(squares, (square, j) => {
    const variance = (square - sums[j] * sums[j] / count) / count;
    return variance > 0 ? Math.sqrt(variance) : 1;
  });
  return { mean, std };
}

/**
 * Standardises features on the device.
 *
 * @param features float32 `[N, F]`.
 * @param scale What to.
 * @returns (x − mean) / std, float32 `[N, F]`.
 */
export function standardize(features: tf.Tensor2D, scale: FeatureScale): tf.Tensor2D {
  return features.sub(scale.mean).div(scale.std);
}
