import { randomUniform, tf } from "../../src/tensorflow/mod.ts";
import { toss } from "./draw.ts";

/** How bright red, green and blue are to the eye (ITU-R BT.601), as TensorFlow and torchvision have it. */
const LUMINANCE = [0.2989, 0.587, 0.114];

/**
 * Draws which views lose their colours (arXiv 2002.05709 §A).
 *
 * @param views M, how many to draw.
 * @param options The probability, and the seed, int32 `[2]`.
 * @returns 1 where a view becomes gray, else 0; float32 `[M]`.
 */
export function drawGrayscale(
  views: number,
  options: { probability: number; seed: tf.Tensor1D },
): tf.Tensor1D {
  return toss(randomUniform<tf.Rank.R1>([views], options.seed), options.probability);
}

/**
 * Takes the colours from views.
 *
 * @param images In 0 … 1, float32 `[M, H, W, 3]`.
 * @param grayscale 1 where a view becomes gray, else 0; float32 `[M]`.
 * @returns In 0 … 1, float32 `[M, H, W, 3]`.
 */
export function applyGrayscale(images: tf.Tensor4D, grayscale: tf.Tensor1D): tf.Tensor4D {
  const weights = tf.tensor2d(LUMINANCE.flatMap((weight) => [weight, weight, weight]), [3, 3]);
  const gray = tf.matMul(images.reshape([-1, 3]), weights).reshape(images.shape);
  return tf.where(grayscale.reshape([-1, 1, 1, 1]).cast("bool"), gray, images) as tf.Tensor4D;
}
