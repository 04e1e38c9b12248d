import * as tf from "@tensorflow/tfjs";
import { DType } from "../dtypes.ts";
import { FLOAT, opWithOutputs, type } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * The cross-entropy of a softmax with labels by number, and its gradient in the same pass
 * (`SparseSoftmaxCrossEntropyWithLogits`). It does not overflow.
 *
 * @param logits float32 `[N, C]`; they have a gradient.
 * @param labels int32 `[N]`, each in 0 … C − 1. On the CPU TensorFlow refuses others when it runs; on
 * a GPU their loss is NaN.
 * @returns −log p(label), in nats, float32 `[N]`.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const attributes = { T: FLOAT, Tlabels: type(DType.INT32) };
  return withGradient([logits], (logits) => {
    const [value, slopes] = opWithOutputs(
      "SparseSoftmaxCrossEntropyWithLogits",
      attributes,
      [logits, labels],
      2,
    );
    return {
      value, // [N]
      saved: [slopes], // [N, C]
      gradient: (dy, [slopes]) => [tf.mul(slopes, tf.expandDims(dy, 1))],
    };
  });
}
