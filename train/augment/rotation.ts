import { partitionRows, randomUniform, stitchRows, tf } from "../../src/tensorflow/mod.ts";
import { toss } from "./draw.ts";

/** What 0, 1, 2 and 3 quarter turns counter-clockwise do to square images `[K, S, S, 3]`. */
const TURNS: ((images: tf.Tensor) => tf.Tensor)[] = [
  (images) => images,
  (images) => tf.reverse(mirror(images), [1]),
  (images) => tf.reverse(images, [1, 2]),
  (images) => tf.reverse(mirror(images), [2]),
];

/** Rows become columns. */
function mirror(images: tf.Tensor): tf.Tensor {
  return tf.transpose(images, [0, 2, 1, 3]);
}

/**
 * Draws by how much views are turned: by 90°, 180° and 270° equally often (arXiv 2002.05709 §3).
 *
 * @param views M, how many to draw.
 * @param options Probability that a view is turned at all, and the seed, int32 `[2]`.
 * @returns Quarter turns counter-clockwise, int32 `[M]`, each 0 … 3.
 */
export function drawRotation(
  views: number,
  options: { probability: number; seed: tf.Tensor1D },
): tf.Tensor1D {
  const draws = randomUniform<tf.Rank.R2>([2, views], options.seed); // [2, M]
  const [u1, u2] = tf.unstack(draws) as tf.Tensor1D[];
  const turns = tf.add(tf.floor(tf.mul(u1, TURNS.length - 1)), 1);
  return tf.mul(turns, toss(u2, options.probability)).cast("int32");
}

/**
 * Turns views, sorted by how far, so that each is moved once.
 *
 * @param images float32 `[M, S, S, 3]`.
 * @param turns Quarter turns counter-clockwise, int32 `[M]`, each 0 … 3.
 * @returns float32 `[M, S, S, 3]`.
 */
export function applyRotation(images: tf.Tensor4D, turns: tf.Tensor1D): tf.Tensor4D {
  const rows = partitionRows(tf.range(0, images.shape[0], 1, "int32"), turns, TURNS.length);
  const parts = partitionRows(images, turns, TURNS.length);
  const turned = parts.map((part, quarters) => TURNS[quarters](part));
  return stitchRows(rows, turned, images.shape) as tf.Tensor4D;
}
