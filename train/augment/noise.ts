import { randomNormal, randomUniform, tf } from "../../src/tensorflow/mod.ts";
import { toss } from "./draw.ts";

/** From which noise is drawn. */
export interface NoiseOptions {
  /** Probability that a view is noisy. */
  probability: number;
  /** Largest σ, where the values of images lie in 0 … 1. */
  deviation: number;
}

/**
 * Draws Gaussian noise. The paper tests it (arXiv 2002.05709 §3) and publishes no σ; here each view has
 * one of its own, drawn evenly from 0 to the largest, and each value of each pixel its noise.
 *
 * @param shape `[M, S, S, 3]`.
 * @param options Probability, largest σ, and two seeds, int32 `[2]`: of σ, and of the values.
 * @returns float32 of that shape; 0 in views without noise.
 */
export function drawNoise(
  shape: [number, number, number, number],
  options: NoiseOptions & { seed: tf.Tensor1D; valueSeed: tf.Tensor1D },
): tf.Tensor4D {
  const { probability, deviation, seed, valueSeed } = options;
  const [views] = shape;
  const [u1, u2] = tf.unstack(randomUniform<tf.Rank.R2>([2, views], seed)) as tf.Tensor1D[]; // [M]
  const deviations = tf.mul(tf.mul(u1, deviation), toss(u2, probability)); // [M]
  return tf.mul(randomNormal<tf.Rank.R4>(shape, valueSeed), deviations.reshape([-1, 1, 1, 1]));
}

/**
 * Adds noise to views, and cuts what leaves 0 … 1.
 *
 * @param images In 0 … 1, float32 `[M, S, S, 3]`.
 * @param noise float32 `[M, S, S, 3]`.
 * @returns In 0 … 1, float32 `[M, S, S, 3]`.
 */
export function addNoise(images: tf.Tensor4D, noise: tf.Tensor4D): tf.Tensor4D {
  return tf.clipByValue(tf.add(images, noise), 0, 1);
}
