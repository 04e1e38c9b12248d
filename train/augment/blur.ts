import { randomUniform, tf } from "../../src/tensorflow/mod.ts";
import { toss, uniformBetween } from "./draw.ts";
import { weighAxes } from "./weigh_axes.ts";

/** Smallest and largest σ in pixels, whatever the image's size (arXiv 2002.05709 §A). */
const DEVIATIONS: [number, number] = [0.1, 2];

/** How each of M views is blurred. */
export interface Blur {
  /** σ of the Gaussian in pixels; float32 `[M]`. */
  deviation: tf.Tensor1D;
  /** 1 where the view is blurred, else 0; float32 `[M]`. */
  applied: tf.Tensor1D;
}

/**
 * Draws how views are blurred (arXiv 2002.05709 §A): σ evenly from 0.1 to 2 pixels.
 *
 * @param views M, how many to draw.
 * @param options The probability, and the seed, int32 `[2]`.
 * @returns The draws.
 */
export function drawBlur(
  views: number,
  options: { probability: number; seed: tf.Tensor1D },
): Blur {
  const draws = randomUniform<tf.Rank.R2>([2, views], options.seed); // [2, M]
  const [u1, u2] = tf.unstack(draws) as tf.Tensor1D[];
  return { deviation: uniformBetween(u1, DEVIATIONS), applied: toss(u2, options.probability) };
}

/**
 * Blurs views, each by a Gaussian of its own σ. The kernel is cut at {@linkcode blurRadius} whatever σ
 * is, as in the reference implementation. At the border it takes the pixels that are there, where the
 * reference takes black ones from beyond.
 *
 * @param images In 0 … 1, float32 `[M, S, S, 3]`.
 * @param blur What was drawn for them.
 * @returns In 0 … 1, float32 `[M, S, S, 3]`.
 */
export function applyBlur(images: tf.Tensor4D, blur: Blur): tf.Tensor4D {
  const size = images.shape[1];
  const places = tf.range(0, size);
  const distances = tf.abs(tf.sub(places.expandDims(1), places)); // [S, S]
  const inside = tf.lessEqual(distances, blurRadius(size)).cast("float32");
  const perView = (x: tf.Tensor) => x.reshape([-1, 1, 1]); // [M, 1, 1]
  const ratios = tf.div(distances, perView(blur.deviation)); // [M, S, S]
  const bell = tf.exp(tf.mul(tf.square(ratios), -0.5)).mul(inside);
  const weights = bell.div(tf.sum(bell, 2, true)) as tf.Tensor3D;
  const blurred = weighAxes(images, { rows: weights, columns: weights });
  const isBlurred = blur.applied.reshape([-1, 1, 1, 1]).cast("bool");
  return tf.where(isBlurred, tf.clipByValue(blurred, 0, 1), images) as tf.Tensor4D; // sums round
}

/**
 * How far the kernel reaches: it is about a tenth of the image's side wide (arXiv 2002.05709 §A). The
 * reference leaves images of less than 20 pixels as they are; here they are blurred by one.
 *
 * @param size S, the side of the image in pixels.
 * @returns Pixels on either side of the middle one.
 */
export function blurRadius(size: number): number {
  return Math.max(1, Math.floor(Math.floor(size / 10) / 2));
}
