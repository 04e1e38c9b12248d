import { tf } from "../../src/tensorflow/mod.ts";

/**
 * Spreads uniform draws over an interval.
 *
 * @param draw Uniform in [0, 1), any shape.
 * @param interval Its ends.
 * @returns Uniform in the interval, the same shape.
 */
export function uniformBetween<Result extends tf.Tensor>(
  draw: Result,
  interval: [from: number, to: number],
): Result {
  const [from, to] = interval;
  return tf.add(tf.mul(draw, to - from), from) as Result;
}

/**
 * Tosses a coin for each draw.
 *
 * @param draw Uniform in [0, 1), any shape.
 * @param probability Of a 1.
 * @returns 1 or 0, float32 of the same shape.
 */
export function toss<Result extends tf.Tensor>(draw: Result, probability: number): Result {
  return tf.cast(tf.less(draw, probability), "float32") as Result;
}

/**
 * Marks the first of the largest entries of each row.
 *
 * @param x float32 `[M, K]`.
 * @returns float32 `[M, K]`, a 1 a row.
 */
export function argMaxOneHot(x: tf.Tensor2D): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.argMax(x, 1) as tf.Tensor1D, x.shape[1]), "float32") as tf.Tensor2D;
}
