import { tf, toFloat } from "../../src/tensorflow/mod.ts";
import { swapViews } from "./views.ts";
import { unitRows } from "./unit_rows.ts";

/** How views are compared. */
export interface ComparisonOptions {
  /** By the cosine of their angle (ℓ2 normalisation), or by the plain dot product. */
  normalize: boolean;
}

/** How alike views are. */
export interface Comparison {
  /** Each view with each, itself among them, float32 `[2N, 2N]`. */
  all: tf.Tensor2D;
  /** Each view with the other view of its image, float32 `[2N]`. */
  positive: tf.Tensor1D;
}

/**
 * Compares all views of a batch, in float32: uᵀv, of unit rows where they are normalised (arXiv
 * 2002.05709 §2.1).
 *
 * @param z Projections, float32 or bfloat16 `[2N, D]`; rows i and i + N are views of one image.
 * @param options Whether to normalise.
 * @returns The similarities, not yet over a temperature.
 */
export function compareViews(z: tf.Tensor2D, options: ComparisonOptions): Comparison {
  const rows = options.normalize ? unitRows(z) : toFloat(z); // [2N, D], never in bfloat16
  return {
    all: tf.matMul(rows, rows, false, true), // [2N, 2N]
    positive: rows.mul(swapViews(rows)).sum(1), // [2N]
  };
}
