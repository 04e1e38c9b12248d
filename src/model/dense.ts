import { type Precision, tf, toBfloat16, toFloat } from "../tensorflow/mod.ts";

/**
 * A layer that connects all with all: x·W.
 *
 * @param x float32 `[M, in]`.
 * @param weight W, float32 `[in, out]`.
 * @param options The precision of the product; float32 unless told.
 * @returns float32 `[M, out]`.
 */
export function dense(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  options: { precision?: Precision } = {},
): tf.Tensor2D {
  const { precision = "float32" } = options;
  if (precision === "float32") return tf.matMul(x, weight);
  return tf.tidy(() => toFloat(tf.matMul(toBfloat16(x), toBfloat16(weight)))); // [M, out]
}
