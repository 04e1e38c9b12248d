import { randomUniform, tf } from "../../src/tensorflow/mod.ts";
import { argMaxOneHot, toss, uniformBetween } from "./draw.ts";
import { weighAxes } from "./weigh_axes.ts";

/**
 * Of how many crops the first that fits is taken; a view without one takes the whole image. At the
 * paper's ranges one crop in seven does not fit, and so a view in some 300 million.
 */
const ATTEMPTS = 10;

/** Where views are cut from their images, and whether they are mirrored; float32 `[M]` each. */
export interface Crops {
  /** Upper left corner and size in pixels; fractions of pixels are allowed. */
  top: tf.Tensor1D;
  left: tf.Tensor1D;
  height: tf.Tensor1D;
  width: tf.Tensor1D;
  /** 1 where left and right change places, else 0. */
  flip: tf.Tensor1D;
}

/** From which crops are drawn (arXiv 2002.05709 §A). */
export interface CropOptions {
  /** Smallest and largest share of the image's area. */
  area: [number, number];
  /** Smallest and largest width over height; drawn evenly on a logarithmic scale. */
  aspectRatio: [number, number];
  /** Probability of a horizontal flip. */
  flip: number;
}

/**
 * Draws crops: area and aspect ratio first, again where the crop would not fit, then the place.
 * Corners lie between pixels too, where the reference rounds them.
 *
 * @param views M, how many to draw.
 * @param options Shape of the images, ranges, and the seed, int32 `[2]`.
 * @returns A crop a view.
 */
export function drawCrops(
  views: number,
  options: CropOptions & { imageSize: [height: number, width: number]; seed: tf.Tensor1D },
): Crops {
  const { area, aspectRatio, flip, imageSize: [height, width], seed } = options;
  const draws = randomUniform<tf.Rank.R3>([5, views, ATTEMPTS], seed); // [5, M, A]
  const [u1, u2, u3, u4, u5] = tf.unstack(draws) as tf.Tensor2D[];
  const areas = uniformBetween(u1, area).mul(height * width); // [M, A]
  const ratios = uniformBetween(u2, aspectRatio.map(Math.log) as [number, number]).exp();
  const widths = areas.mul(ratios).sqrt();
  const heights = areas.div(ratios).sqrt();
  const fits = tf.logicalAnd(widths.lessEqual(width), heights.lessEqual(height)).cast("float32");
  const first = argMaxOneHot(fits as tf.Tensor2D); // [M, A]
  const found = fits.max(1) as tf.Tensor1D; // [M]
  const chosen = (sizes: tf.Tensor, whole: number) =>
    sizes.mul(first).sum(1).mul(found).add(tf.sub(1, found).mul(whole)) as tf.Tensor1D;
  const crop = { height: chosen(heights, height), width: chosen(widths, width) };
  const column = (draw: tf.Tensor2D) =>
    tf.slice(draw, [0, 0], [views, 1]).reshape([views]) as tf.Tensor1D;
  return {
    ...crop,
    top: tf.sub(height, crop.height).mul(column(u3)),
    left: tf.sub(width, crop.width).mul(column(u4)),
    flip: toss(column(u5), flip),
  };
}

/**
 * Cuts and resizes views: bilinear, and widened to average where it shrinks. M views of any place and
 * size are two matrix products.
 *
 * @param images In 0 … 255, float32 `[M, H, W, 3]`.
 * @param crops A crop an image.
 * @param size S, the side of the result.
 * @returns In 0 … 1, float32 `[M, S, S, 3]`.
 */
export function cutCrops(images: tf.Tensor4D, crops: Crops, size: number): tf.Tensor4D {
  const [, height, width] = images.shape;
  const { top, left, flip } = crops;
  const none = tf.zerosLike(flip);
  const rows = pixelWeights({ start: top, extent: crops.height, flip: none }, height, size);
  const columns = pixelWeights({ start: left, extent: crops.width, flip }, width, size);
  return weighAxes(images, { rows: rows.div(255), columns }); // bytes to 0 … 1 on the way
}

/** How much each of an axis's pixels counts for each of S places in the crop: `[M, S, length]`. */
function pixelWeights(
  crop: { start: tf.Tensor1D; extent: tf.Tensor1D; flip: tf.Tensor1D },
  length: number,
  size: number,
): tf.Tensor3D {
  const perView = (x: tf.Tensor) => x.reshape([-1, 1]); // [M, 1]
  const step = perView(crop.extent).div(size); // [M, 1], pixels between two places
  const places = tf.range(0, size).reshape([1, size]); // [1, S]
  const mirrored = perView(crop.flip)
    .mul(tf.sub(size - 1, places.mul(2)))
    .add(places); // [M, S]
  const centres = mirrored.add(0.5).mul(step).add(perView(crop.start)).sub(0.5)
    .clipByValue(0, length - 1)
    .expandDims(2); // [M, S, 1]
  const reach = tf.maximum(step, 1).expandDims(2); // [M, 1, 1]
  const pixels = tf.range(0, length).reshape([1, 1, length]);
  const weights = tf.relu(tf.sub(1, tf.abs(tf.sub(centres, pixels)).div(reach))); // [M, S, length]
  return weights.div(weights.sum(2, true));
}
