import {
  hsvToRgb,
  partitionRows,
  randomUniform,
  rgbToHsv,
  stitchRows,
  tf,
  topK,
} from "../../src/tensorflow/mod.ts";
import { toss, uniformBetween } from "./draw.ts";

/** How strongly colours are changed (arXiv 2002.05709 §A): all four ranges grow with the strength. */
export interface ColourJitterOptions {
  /** s: brightness, contrast and saturation by up to ±0.8·s, hue by up to ±0.2·s of the circle. */
  strength: number;
  /** Probability that a view is changed at all. */
  probability: number;
}

/** What is drawn for each of M views. */
export interface ColourJitter {
  /** The numbers of the four operations in each view's own order, int32 `[M, 4]`. */
  order: tf.Tensor2D;
  /** Factor of brightness, of contrast, of saturation, and turn of hue; float32 `[M, 4]`. */
  amounts: tf.Tensor2D;
  /** 1 where the view is changed, else 0; float32 `[M]`. */
  applied: tf.Tensor1D;
}

/** One of the four, on the views whose turn it is: images `[K, H, W, 3]`, amounts `[K, 1, 1, 1]`. */
type Operation = (images: tf.Tensor4D, amount: tf.Tensor4D) => tf.Tensor;

const OPERATIONS: Operation[] = [
  // brightness
  (images, amount) => tf.mul(images, amount),
  // contrast: away from the mean of each channel, as in the reference implementation
  (images, amount) => {
    const mean = tf.mean(images, [1, 2], true);
    return tf.add(tf.mul(tf.sub(images, mean), amount), mean);
  },
  // saturation
  (images, amount) => {
    const [hue, saturation, value] = tf.split(rgbToHsv(images), [1, 1, 1], 3);
    const scaled = tf.clipByValue(tf.mul(saturation, amount), 0, 1);
    return hsvToRgb(tf.concat([hue, scaled, value], 3));
  },
  // hue
  (images, amount) => {
    const [hue, saturation, value] = tf.split(rgbToHsv(images), [1, 1, 1], 3);
    const turned = tf.add(hue, amount);
    return hsvToRgb(tf.concat([tf.sub(turned, tf.floor(turned)), saturation, value], 3));
  },
];

/**
 * Draws what happens to the colours of each view, and in which order.
 *
 * @param views M, how many to draw.
 * @param options Strength, probability, and the seed, int32 `[2]`.
 * @returns The draws.
 */
export function drawColourJitter(
  views: number,
  options: ColourJitterOptions & { seed: tf.Tensor1D },
): ColourJitter {
  const { strength, probability, seed } = options;
  const count = OPERATIONS.length;
  const draws = randomUniform<tf.Rank.R2>([views, 2 * count + 1], seed); // [M, 9]
  const columns = (from: number, width: number) => tf.slice(draws, [0, from], [views, width]);
  const reach = 0.8 * strength;
  const factors = uniformBetween(columns(count, 3), [Math.max(0, 1 - reach), 1 + reach]);
  const turn = uniformBetween(columns(count + 3, 1), [-0.2 * strength, 0.2 * strength]);
  return {
    order: topK(columns(0, count), count).indices, // ranks of independent draws: a permutation
    amounts: tf.concat([factors, turn], 1),
    applied: toss(columns(2 * count, 1).reshape([views]) as tf.Tensor1D, probability),
  };
}

/**
 * Changes colours: brightness, contrast, saturation and hue, in each view's own order, with values
 * cut to 0 … 1 after each. In each of four rounds the views are sorted by whose turn it is, so that
 * every operation runs only on views that want it.
 *
 * @param images In 0 … 1, float32 `[M, H, W, 3]`.
 * @param jitter What was drawn for them.
 * @returns In 0 … 1, float32 `[M, H, W, 3]`.
 */
export function applyColourJitter(images: tf.Tensor4D, jitter: ColourJitter): tf.Tensor4D {
  const views = images.shape[0];
  const rows = tf.range(0, views, 1, "int32");
  const unchanged = OPERATIONS.length; // the part of the views that keep their colours
  const operations = [...OPERATIONS, (images: tf.Tensor4D) => images];
  let result = images;
  for (let round = 0; round < OPERATIONS.length; round++) {
    const turn = tf.slice(jitter.order, [0, round], [views, 1]).reshape([views]);
    const part = tf.where(jitter.applied.cast("bool"), turn, tf.fill([views], unchanged, "int32"))
      .cast("int32") as tf.Tensor1D;
    const images = partitionRows(result, part, operations.length);
    const amounts = partitionRows(jitter.amounts, part, operations.length);
    const changed = operations.map((operation, index) => {
      const amount = tf.slice(amounts[index], [0, Math.min(index, unchanged - 1)], [-1, 1]);
      return operation(images[index] as tf.Tensor4D, amount.reshape([-1, 1, 1, 1]) as tf.Tensor4D);
    });
    const whole = stitchRows(partitionRows(rows, part, operations.length), changed, result.shape);
    result = tf.clipByValue(whole, 0, 1) as tf.Tensor4D;
  }
  return result;
}
