import { tf } from "../../src/tensorflow/mod.ts";
import { compareViews, type ComparisonOptions } from "./compare_views.ts";
import { sameImage, without } from "./masks.ts";
import { checkTemperature } from "./temperature.ts";
import { countImages } from "./views.ts";

/**
 * Decoupled NT-Xent (DCL, arXiv 2110.06848 eq. 6), averaged over all 2N anchors, in nats: NT-Xent
 * without the positive in the denominator, so that an easy positive does not weaken the push of the
 * 2N − 2 negatives. It has no lower bound at 0.
 *
 * @param z Projections, float32 `[2N, D]`, not normalised; rows i and i + N are views of one image.
 * @param temperature τ > 0.
 * @param options Whether to compare directions or dot products.
 * @returns The loss, a scalar: ln(2N − 2) where all views look the same.
 * @throws {LookalikeError} `invalid_input` if the rows are odd or of one image, or τ is not positive.
 */
export function decoupledNtXent(
  z: tf.Tensor2D,
  temperature: number,
  options: ComparisonOptions = { normalize: true },
): tf.Scalar {
  const rows = 2 * countImages(z, 2);
  checkTemperature(temperature);
  const { all, positive } = compareViews(z, options);
  const negatives = without(all.div(temperature), sameImage(rows)); // [2N, 2N]
  return tf.logSumExp(negatives, 1).sub(positive.div(temperature)).mean();
}
