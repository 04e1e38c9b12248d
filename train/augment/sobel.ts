import { randomUniform, tf } from "../../src/tensorflow/mod.ts";
import { toss } from "./draw.ts";

/** Sobel's filters: the difference along one axis, smoothed along the other. */
const ACROSS = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]];
const DOWN = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]];
/** What they give at an upright edge from black to white, which is to be 1. */
const FULL_EDGE = 4;

/**
 * Draws which views become their edges (arXiv 2002.05709 §3).
 *
 * @param views M, how many to draw.
 * @param options The probability, and the seed, int32 `[2]`.
 * @returns 1 where a view is filtered, else 0; float32 `[M]`.
 */
export function drawSobel(
  views: number,
  options: { probability: number; seed: tf.Tensor1D },
): tf.Tensor1D {
  return toss(randomUniform<tf.Rank.R1>([views], options.seed), options.probability);
}

/**
 * Makes views images of their edges. The paper does not say which number shows an edge; here it is the
 * length of the gradient of each colour by itself, so that a view stays an image of three colours:
 * √(a² + d²) / 4, where a and d are what Sobel's two filters give, cut to 0 … 1 as a slanting edge may
 * have up to 1.12. Beyond the border images go on mirrored, as in TensorFlow's `sobel_edges`.
 *
 * @param images In 0 … 1, float32 `[M, S, S, 3]`, S 2 or more.
 * @param applied 1 where a view is filtered, else 0; float32 `[M]`.
 * @returns In 0 … 1, float32 `[M, S, S, 3]`.
 */
export function applySobel(images: tf.Tensor4D, applied: tf.Tensor1D): tf.Tensor4D {
  const padded = tf.mirrorPad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], "reflect");
  const squared = [ACROSS, DOWN].map((filter) => {
    const ofOne = tf.tensor2d(filter).div(FULL_EDGE).reshape([3, 3, 1, 1]);
    const ofEach = tf.tile(ofOne, [1, 1, images.shape[3], 1]) as tf.Tensor4D; // a colour by itself
    return tf.square(tf.depthwiseConv2d(padded, ofEach, 1, "valid"));
  });
  const edges = tf.minimum(tf.sqrt(tf.add(squared[0], squared[1])), 1); // [M, S, S, 3]
  return tf.where(applied.reshape([-1, 1, 1, 1]).cast("bool"), edges, images) as tf.Tensor4D;
}
