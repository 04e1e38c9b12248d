import { randomUniform, tf } from "../../src/tensorflow/mod.ts";
import { toss, uniformBetween } from "./draw.ts";

/**
 * What a hole is filled with: the middle of 0 … 1. The inventors (arXiv 1708.04552) take the 0 of
 * normalised images, their mean; our images are not normalised, and 0 would be a black that stands out.
 */
const GRAY = 0.5;
/** The smallest side of a hole over the largest: smaller holes would hide nothing. */
const LEAST = 0.5;

/** Where holes are cut into M views, and how large; float32 `[M]` each, in shares of the side. */
export interface Holes {
  /** Upper left corner; the whole hole lies in the view. */
  top: tf.Tensor1D;
  left: tf.Tensor1D;
  /** 0 where there is no hole. */
  height: tf.Tensor1D;
  width: tf.Tensor1D;
}

/** From which holes are drawn. */
export interface CutoutOptions {
  /** Probability that a view has a hole. */
  probability: number;
  /** Largest side of a hole over the view's side; height and width are half of it or more. */
  size: number;
}

/**
 * Draws holes. The paper tests cutout (arXiv 2002.05709 §3) and publishes no sizes; here height and
 * width are drawn evenly between half of the largest side and all of it, then the place.
 *
 * @param views M, how many to draw.
 * @param options Probability, largest side, and the seed, int32 `[2]`.
 * @returns A hole a view.
 */
export function drawHoles(
  views: number,
  options: CutoutOptions & { seed: tf.Tensor1D },
): Holes {
  const { probability, size, seed } = options;
  const draws = randomUniform<tf.Rank.R2>([5, views], seed); // [5, M]
  const [u1, u2, u3, u4, u5] = tf.unstack(draws) as tf.Tensor1D[];
  const applied = toss(u5, probability);
  const side = (draw: tf.Tensor1D) =>
    tf.mul(uniformBetween(draw, [LEAST * size, size]), applied) as tf.Tensor1D;
  const [height, width] = [side(u1), side(u2)];
  return {
    height,
    width,
    top: tf.mul(tf.sub(1, height), u3),
    left: tf.mul(tf.sub(1, width), u4),
  };
}

/**
 * Fills holes with gray: the pixels whose centre lies in the hole.
 *
 * @param images In 0 … 1, float32 `[M, S, S, 3]`.
 * @param holes A hole a view.
 * @returns In 0 … 1, float32 `[M, S, S, 3]`.
 */
export function cutHoles(images: tf.Tensor4D, holes: Holes): tf.Tensor4D {
  const size = images.shape[1];
  const centres = tf.range(0, size).add(0.5).div(size); // [S]
  const within = (start: tf.Tensor1D, extent: tf.Tensor1D) => {
    const place = tf.sub(centres, start.expandDims(1)); // [M, S], from the hole's edge
    return tf.logicalAnd(tf.greaterEqual(place, 0), tf.less(place, extent.expandDims(1)));
  };
  const rows = within(holes.top, holes.height).reshape([-1, size, 1, 1]);
  const columns = within(holes.left, holes.width).reshape([-1, 1, size, 1]);
  return tf.where(tf.logicalAnd(rows, columns), GRAY, images) as tf.Tensor4D;
}
