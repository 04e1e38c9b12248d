import * as tf from "@tensorflow/tfjs";
import { FLOAT, op } from "./op.ts";

/**
 * The Euclidean length of all numbers of a tensor, read once (`L2Loss`): squaring first would write
 * and read a tensor of the same size.
 *
 * @param x float32, any shape.
 * @returns A scalar. It has no gradient.
 */
export function l2Norm(x: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.sqrt(tf.mul(op<tf.Scalar>("L2Loss", { T: FLOAT }, [x]), 2)));
}
