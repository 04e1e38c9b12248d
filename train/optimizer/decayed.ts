import { tf } from "../../src/tensorflow/mod.ts";
import { isExcluded } from "./optimizer.ts";

/**
 * The gradient with that of λ/2·‖w‖² added (L2 regularisation); biases and batch norm have none.
 *
 * @param parameter w.
 * @param gradient Of the loss, of the same shape.
 * @param weightDecay λ.
 * @returns g + λ·w, or g.
 */
export function decayed(
  parameter: tf.Variable,
  gradient: tf.Tensor,
  weightDecay: number,
): tf.Tensor {
  if (weightDecay === 0 || isExcluded(parameter)) return gradient;
  return tf.add(gradient, tf.mul(parameter, weightDecay));
}
