import { tf } from "../../src/tensorflow/mod.ts";
import { compareViews, type ComparisonOptions } from "./compare_views.ts";
import { itself, pairsOfEqual, sameImage, without } from "./masks.ts";
import { checkTemperature } from "./temperature.ts";
import { countImages, labelsOfViews } from "./views.ts";

/**
 * The supervised contrastive loss (arXiv 2004.11362 eq. 2, L_out), averaged over all 2N anchors, in
 * nats: the positives of a view are the other view of its image and both views of every image with
 * its label; −log of each one's probability is averaged outside the logarithm.
 *
 * The paper's equation sums over the anchors, and its implementation multiplies by τ over a base
 * temperature; we do neither. With no label known it is NT-Xent.
 *
 * @param z Projections, float32 `[2N, D]`, not normalised; rows i and i + N are views of one image.
 * @param labels int32 `[N]`. An image with −1 is like no other: its only positive is its other view.
 * @param options τ > 0, and whether to compare directions or dot products.
 * @returns The loss, a scalar.
 * @throws {LookalikeError} `invalid_input` if the rows are odd, the labels not one an image, or τ is
 * not positive.
 */
export function supervisedContrastive(
  z: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: ComparisonOptions & { temperature: number },
): tf.Scalar {
  const images = countImages(z);
  checkTemperature(options.temperature);
  const isPositive = positives(labelsOfViews(labels, images)); // [2N, 2N]
  const logits = compareViews(z, options).all.div<tf.Tensor2D>(options.temperature); // [2N, 2N]
  const others = without(logits, itself(2 * images)); // [2N, 2N]
  const positive = logits.mul(isPositive).sum(1).div(isPositive.sum(1)); // [2N]
  return tf.logSumExp(others, 1).sub(positive).mean();
}

/** 1 where a pair is positive, else 0; float32 `[2N, 2N]`, of labels int32 `[2N]`. */
function positives(given: tf.Tensor1D): tf.Tensor2D {
  const labels = tf.cast(given, "float32") as tf.Tensor1D;
  const isKnown = tf.expandDims(tf.greaterEqual(labels, 0), 1); // [2N, 1]
  const sameLabel = tf.logicalAnd(pairsOfEqual(labels), isKnown);
  const alike = tf.logicalOr(sameLabel, sameImage(labels.size));
  const others = tf.logicalAnd(alike, tf.logicalNot(itself(labels.size)));
  return tf.cast(others, "float32") as tf.Tensor2D;
}
