import { tf } from "../../src/tensorflow/mod.ts";
import { compareViews, type ComparisonOptions } from "./compare_views.ts";
import { itself, without } from "./masks.ts";
import { checkTemperature } from "./temperature.ts";
import { countImages } from "./views.ts";

/**
 * NT-Xent (arXiv 2002.05709 §2.1, eq. 1), averaged over all 2N anchors, in nats: each view must find
 * the other view of its image among the 2N − 1 views that are not itself.
 *
 * The reference implementation reports twice this, the sum over both directions' means.
 *
 * @param z Projections, float32 `[2N, D]`, not normalised; rows i and i + N are views of one image.
 * @param temperature τ > 0.
 * @param options Whether to compare directions (the paper's choice) or dot products (its table 5).
 * @returns The loss, a scalar: ln(2N − 1) where all views look the same.
 * @throws {LookalikeError} `invalid_input` if the rows are odd or τ is not positive.
 */
export function ntXent(
  z: tf.Tensor2D,
  temperature: number,
  options: ComparisonOptions = { normalize: true },
): tf.Scalar {
  const rows = 2 * countImages(z);
  checkTemperature(temperature);
  const { all, positive } = compareViews(z, options);
  const others = without(all.div(temperature), itself(rows)); // [2N, 2N], no view is its own
  return tf.logSumExp(others, 1).sub(positive.div(temperature)).mean();
}
