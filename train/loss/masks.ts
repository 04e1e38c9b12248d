import { tf } from "../../src/tensorflow/mod.ts";

/**
 * Which pairs are of a view with itself.
 *
 * @param rows 2N.
 * @returns bool `[2N, 2N]`.
 */
export function itself(rows: number): tf.Tensor2D {
  return pairsOfEqual(tf.range(0, rows));
}

/**
 * Which pairs are of views of one image, a view with itself among them.
 *
 * @param rows 2N; rows i and i + N are views of one image.
 * @returns bool `[2N, 2N]`.
 */
export function sameImage(rows: number): tf.Tensor2D {
  const images = tf.range(0, rows / 2); // [N]
  return pairsOfEqual(tf.concat([images, images]));
}

/**
 * Which pairs have equal keys. They are float32, as GPUs leave comparisons of int32 to the host.
 *
 * @param keys Whole numbers, float32 `[M]`.
 * @returns bool `[M, M]`.
 */
export function pairsOfEqual(keys: tf.Tensor1D): tf.Tensor2D {
  return tf.equal(tf.expandDims(keys, 1), tf.expandDims(keys, 0)) as tf.Tensor2D; // [M, M]
}

/**
 * Leaves pairs out of what a softmax or a maximum sees: −∞ stands in their place, below whatever a
 * small temperature makes of the others. No gradient flows to them.
 *
 * @param similarity float32 `[2N, 2N]`.
 * @param mask What to leave out, bool `[2N, 2N]`.
 * @returns float32 `[2N, 2N]`.
 */
export function without(similarity: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  return tf.where(mask, -Infinity, similarity);
}
