import { tf } from "../../src/tensorflow/mod.ts";

/** Rows whose squares sum to no more than this count as zero; as in the reference implementation. */
const SMALLEST = 1e-12;

/**
 * Rows of length 1 (ℓ2 normalisation). A row of zeros stays zeros, and so does its gradient.
 *
 * @param z float32 `[N, D]`.
 * @returns float32 `[N, D]`.
 */
export function unitRows(z: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(z), 1, true); // [N, 1]
  const hasDirection = tf.step(tf.sub(squares, SMALLEST)); // [N, 1], 1 or 0
  const scale = tf.mul(tf.rsqrt(tf.maximum(squares, SMALLEST)), hasDirection);
  return tf.mul(z, scale) as tf.Tensor2D;
}
