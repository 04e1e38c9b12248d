import { isDeepStrictEqual } from "node:util";
import { tf } from "../../src/tensorflow/mod.ts";
import { augment } from "./augment.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * Two augmented views of each image (arXiv 2002.05709 §2.1), every draw a function of the seed and of
 * the view's place. Where both have the same pipeline all views go through it at once; else the second
 * view draws under the seed's second number counted back from −1, so that no draw is shared.
 *
 * @param images In 0 … 255, float32 `[N, H, W, 3]`, of any size.
 * @param options The pipeline of each view, the side S of the views, and the seed, int32 `[2]`, its
 * second number 0 or more.
 * @returns In 0 … 1, float32 `[2N, S, S, 3]`; rows i and i + N are views of image i.
 */
export function twoViews(
  images: tf.Tensor4D,
  options: { first: Pipeline; second: Pipeline; size: number; seed: tf.Tensor1D },
): tf.Tensor4D {
  const { first, second, size, seed } = options;
  return tf.tidy(() => {
    if (isDeepStrictEqual(first, second)) {
      return augment(tf.concat([images, images], 0), { pipeline: first, size, seed });
    }
    const back = tf.mul(seed, tf.tensor1d([1, -1], "int32")); // the second number turned round
    const ownSeed = tf.sub(back, tf.tensor1d([0, 1], "int32")) as tf.Tensor1D;
    const views = [
      augment(images, { pipeline: first, size, seed }),
      augment(images, { pipeline: second, size, seed: ownSeed }),
    ];
    return tf.concat(views, 0); // [2N, S, S, 3]
  });
}
