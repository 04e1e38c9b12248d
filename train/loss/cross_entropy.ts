import { softmaxCrossEntropy, tf } from "../../src/tensorflow/mod.ts";
import { countImages, labelsOfViews } from "./views.ts";

/**
 * Cross-entropy, in nats: the supervised baseline (arXiv 2002.05709 §3.2, table 1), through the same
 * views and encoder. It is the mean over both views of all images whose label is known.
 *
 * @param logits float32 `[2N, C]`; rows i and i + N are views of one image.
 * @param labels int32 `[N]`, below C; images with −1 do not count.
 * @returns The loss, a scalar: ln C where no class stands out, 0 where no label is known.
 * @throws {LookalikeError} `invalid_input` if the rows are odd or the labels not one an image.
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const given = labelsOfViews(labels, countImages(logits)); // [2N]
  const known = tf.cast(tf.greaterEqual(given, tf.zerosLike(given)), "float32"); // [2N], 1 or 0
  const classes = tf.maximum(given, tf.zerosLike(given)) as tf.Tensor1D; // a class for each to have
  const losses = softmaxCrossEntropy(logits, classes).mul(known); // [2N]
  return losses.sum().div(tf.maximum(known.sum(), 1));
}
