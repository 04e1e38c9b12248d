import { stopGradient, tf, topK } from "../../src/tensorflow/mod.ts";
import type { Comparison } from "./compare_views.ts";
import { sameImage, without } from "./masks.ts";

/** Which triples of an anchor, its positive and a negative count. */
export interface MiningOptions {
  /** Only the anchor's semi-hard negative, instead of all 2N − 2. */
  semiHard: boolean;
}

/**
 * The mean of a loss over triples (u, v⁺, v⁻), for losses that arXiv 2002.05709 table 2 writes for
 * one negative.
 *
 * Without mining, each anchor's 2N − 2 negatives weigh the same, so that they weigh as much together
 * as its one positive. The paper took the negatives of one view only, N − 1, for simplicity.
 *
 * With semi-hard mining (arXiv 1503.03832 §3.2), an anchor's only triple is that of its semi-hard
 * negative: of those that are less like it than its positive is, the most alike; of equal ones the
 * first. So the paper has it (§5.1): within the margin, closest, but farther than the positive.
 * Within the margin is what the hinge of the margin loss sees to, as it is 0 beyond; the logistic
 * loss has none. An anchor all of whose negatives are at least as close as its positive has no
 * triple and adds 0 to the mean, which is still over all 2N anchors; the paper does not say.
 *
 * @param losses The loss of each anchor with each other row as the negative, float32 `[2N, 2N]`; all
 * finite, also where a row is no negative.
 * @param comparison What the triples are chosen by; no gradient flows through the choice.
 * @param options Whether to mine.
 * @returns The mean over the anchors, a scalar.
 */
export function meanOverTriples(
  losses: tf.Tensor2D,
  comparison: Comparison,
  options: MiningOptions,
): tf.Scalar {
  const rows = losses.shape[0];
  const share = options.semiHard ? semiHardNegative(comparison) : evenly(rows); // [2N, 2N]
  return losses.mul(share).sum().div(rows);
}

/** One over the number of negatives where a row is one, else 0; float32 `[2N, 2N]`. */
function evenly(rows: number): tf.Tensor2D {
  const isNegative = tf.cast(tf.logicalNot(sameImage(rows)), "float32");
  return tf.div(isNegative, rows - 2);
}

/** 1 at the semi-hard negative of each anchor that has one, else 0; float32 `[2N, 2N]`. */
function semiHardNegative(comparison: Comparison): tf.Tensor2D {
  const all = stopGradient(comparison.all); // [2N, 2N]
  const positive = tf.expandDims(stopGradient(comparison.positive), 1); // [2N, 1]
  const rows = all.shape[0];
  const isTooClose = tf.greaterEqual(all, positive);
  const farther = without(all, tf.logicalOr(sameImage(rows), isTooClose) as tf.Tensor2D);
  const { values, indices } = topK(farther, 1); // [2N, 1]
  const columns = tf.expandDims(tf.range(0, rows), 0); // [1, 2N]
  const isNearest = tf.equal(columns, tf.cast(indices, "float32")); // [2N, 2N]
  const exists = tf.greater(values, -Infinity);
  return tf.cast(tf.logicalAnd(isNearest, exists), "float32") as tf.Tensor2D;
}
