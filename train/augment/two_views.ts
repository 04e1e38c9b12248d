import { tf } from "../../src/tensorflow/mod.ts";
import { applyColourJitter, type ColourJitterOptions, drawColourJitter } from "./colour_jitter.ts";
import { applyGrayscale, drawGrayscale } from "./grayscale.ts";
import { type CropOptions, cutCrops, drawCrops } from "./random_resized_crop.ts";

/** The augmentation t ~ T of SimCLR (arXiv 2002.05709 §2.1 and §A). */
export interface AugmentationOptions {
  crop: CropOptions;
  colourJitter: ColourJitterOptions;
  /** Probability that a view loses its colours. */
  grayscale: number;
}

/** Draws of their own under one seed, with room for more. */
const STAGES = 16;

/**
 * Two augmented views of each image, every draw a function of the seed and of the view's place.
 *
 * @param images In 0 … 255, float32 `[N, H, W, 3]`.
 * @param options What is drawn from, the side S of the views, and the seed, int32 `[2]`.
 * @returns In 0 … 1, float32 `[2N, S, S, 3]`; rows i and i + N are views of image i.
 */
export function twoViews(
  images: tf.Tensor4D,
  options: AugmentationOptions & { size: number; seed: tf.Tensor1D },
): tf.Tensor4D {
  const [count, height, width] = images.shape;
  const views = 2 * count;
  const stages = tf.mul(options.seed, tf.tensor1d([STAGES, 1], "int32"));
  const seedOf = (stage: number) => tf.add(stages, tf.tensor1d([stage, 0], "int32")) as tf.Tensor1D;
  const crops = drawCrops(views, {
    ...options.crop,
    imageSize: [height, width],
    seed: seedOf(0),
  });
  let x = cutCrops(tf.concat([images, images], 0), crops, options.size); // [2N, S, S, 3]
  const jitter = drawColourJitter(views, {
    ...options.colourJitter,
    seed: seedOf(1),
  });
  x = applyColourJitter(x, jitter);
  const gray = { probability: options.grayscale, seed: seedOf(2) };
  return applyGrayscale(x, drawGrayscale(views, gray));
}
