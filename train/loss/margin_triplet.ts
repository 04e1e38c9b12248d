import { LookalikeError } from "../../src/errors.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { compareViews, type ComparisonOptions } from "./compare_views.ts";
import { meanOverTriples, type MiningOptions } from "./triples.ts";
import { countImages } from "./views.ts";

/**
 * The margin triplet loss (arXiv 2002.05709 table 2): max(uᵀv⁻ − uᵀv⁺ + m, 0). Each view must be
 * more like its positive than like a negative, by the margin.
 *
 * It is the mean over the 2N anchors u of the mean over their negatives v⁻;
 * {@linkcode meanOverTriples} says which those are, with semi-hard mining and without. FaceNet's
 * squared distances (arXiv 1503.03832 §3.1) of unit vectors are 2 − 2·uᵀv: its margin is twice ours.
 *
 * @param z Projections, float32 `[2N, D]`, not normalised; rows i and i + N are views of one image.
 * @param margin m ≥ 0, in similarity.
 * @param options Whether to compare directions or dot products, and whether to mine negatives.
 * @returns The loss, a scalar: m where all views look the same and negatives are not mined.
 * @throws {LookalikeError} `invalid_input` if the rows are odd or of one image, or m is negative.
 */
export function marginTriplet(
  z: tf.Tensor2D,
  margin: number,
  options: ComparisonOptions & MiningOptions = { normalize: true, semiHard: false },
): tf.Scalar {
  countImages(z, 2);
  if (!(margin >= 0)) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot hold views apart as the margin must be at least 0: it is ${margin}.`,
      { param: "margin" },
    );
  }
  const comparison = compareViews(z, options);
  const lead = tf.sub(comparison.positive, margin); // [2N]
  const losses = tf.relu(tf.sub(comparison.all, tf.expandDims(lead, 1))) as tf.Tensor2D; // [2N, 2N]
  return meanOverTriples(losses, comparison, options);
}
