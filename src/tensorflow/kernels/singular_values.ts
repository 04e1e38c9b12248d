import * as tf from "@tensorflow/tfjs";
import { bool, FLOAT, opWithOutputs } from "./op.ts";

/**
 * The singular values of a matrix (`Svd`), of the matrix itself: the roots of its Gram matrix's
 * eigenvalues would drown all below √ε of the largest.
 *
 * @param x float32 `[N, M]`; all finite, or TensorFlow gives NaN or refuses them.
 * @returns float32 `[min(N, M)]`, largest first. It has no gradient.
 */
export function singularValues(x: tf.Tensor2D): tf.Tensor1D {
  const attributes = { T: FLOAT, compute_uv: bool(false), full_matrices: bool(false) };
  return tf.tidy(() => opWithOutputs("Svd", attributes, [x], 3)[0] as tf.Tensor1D);
}
