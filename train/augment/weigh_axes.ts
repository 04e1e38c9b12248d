import { tf } from "../../src/tensorflow/mod.ts";

/**
 * Makes each row of an image a weighted sum of its rows, then each column one of its columns. Each
 * view has weights of its own; all views together are two matrix products, fast on any device.
 *
 * @param images float32 `[M, H, W, C]`.
 * @param weights How much each row of an image counts for each of S rows, float32 `[M, S, H]`, and
 * each column for each of T columns, float32 `[M, T, W]`.
 * @returns float32 `[M, S, T, C]`.
 */
export function weighAxes(
  images: tf.Tensor4D,
  weights: { rows: tf.Tensor3D; columns: tf.Tensor3D },
): tf.Tensor4D {
  const { rows, columns } = weights;
  const [views, height, width, colours] = images.shape;
  const [tall, wide] = [rows.shape[1], columns.shape[1]]; // S, T
  const down = tf.matMul(rows, images.reshape([views, height, width * colours])); // [M, S, W·C]
  const sideways = tf.transpose(down.reshape([views, tall, width, colours]), [0, 2, 1, 3]);
  const both = tf.matMul(columns, sideways.reshape([views, width, tall * colours])); // [M, T, S·C]
  return tf.transpose(both.reshape([views, wide, tall, colours]), [0, 2, 1, 3]);
}
