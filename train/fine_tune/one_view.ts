import type { tf } from "../../src/tensorflow/mod.ts";
import { cutCrops, drawCrops } from "../augment/random_resized_crop.ts";

/** How a classifier's images are varied: by random crops and flips alone (arXiv 2002.05709 §B.5, B.6). */
export interface ViewOptions {
  /** Smallest share of the image that a view shows; 1 is the whole image. */
  cropArea: number;
  /** Probability of a horizontal flip. */
  flipProbability: number;
}

/**
 * One view of each image: a random crop, resized, and mirrored or not.
 *
 * @param images In 0 … 255, float32 `[N, H, W, 3]`.
 * @param options What is drawn from, the side S of the views, and the seed, int32 `[2]`.
 * @returns In 0 … 1, float32 `[N, S, S, 3]`.
 */
export function oneView(
  images: tf.Tensor4D,
  options: ViewOptions & { size: number; seed: tf.Tensor1D },
): tf.Tensor4D {
  const { cropArea, flipProbability, size, seed } = options;
  const [count, height, width] = images.shape;
  const crops = drawCrops(count, {
    area: [cropArea, 1],
    aspectRatio: [3 / 4, 4 / 3],
    flip: flipProbability,
    imageSize: [height, width],
    seed,
  });
  return cutCrops(images, crops, size);
}
