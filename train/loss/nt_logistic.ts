import { tf } from "../../src/tensorflow/mod.ts";
import { compareViews, type ComparisonOptions } from "./compare_views.ts";
import { checkTemperature } from "./temperature.ts";
import { meanOverTriples, type MiningOptions } from "./triples.ts";
import { countImages } from "./views.ts";

/**
 * NT-Logistic (arXiv 2002.05709 table 2): −log σ(uᵀv⁺/τ) − log σ(−uᵀv⁻/τ), in nats. Each view must
 * tell its positive from a negative without comparing the two.
 *
 * It is the mean over the 2N anchors u of the mean over their negatives v⁻, so that an anchor's one
 * positive weighs as much as its negatives together; {@linkcode meanOverTriples} says which those
 * are, with semi-hard mining and without.
 *
 * @param z Projections, float32 `[2N, D]`, not normalised; rows i and i + N are views of one image.
 * @param temperature τ > 0.
 * @param options Whether to compare directions or dot products, and whether to mine negatives.
 * @returns The loss, a scalar: 2·ln 2 where all similarities are 0.
 * @throws {LookalikeError} `invalid_input` if the rows are odd or of one image, or τ is not positive.
 */
export function ntLogistic(
  z: tf.Tensor2D,
  temperature: number,
  options: ComparisonOptions & MiningOptions = { normalize: true, semiHard: false },
): tf.Scalar {
  countImages(z, 2);
  checkTemperature(temperature);
  const comparison = compareViews(z, options);
  const pull = tf.softplus(comparison.positive.div(-temperature)); // [2N]; −log σ(x) = softplus(−x)
  const push = tf.softplus(comparison.all.div(temperature)); // [2N, 2N]
  const losses = tf.add(push, tf.expandDims(pull, 1)) as tf.Tensor2D; // [2N, 2N]
  return meanOverTriples(losses, comparison, options);
}
