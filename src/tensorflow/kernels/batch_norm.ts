import * as tf from "@tensorflow/tfjs";
import { bool, FLOAT, float, opWithOutputs, string } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/** Scale γ and offset β, both float32 `[C]`. */
export interface Affine {
  scale: tf.Tensor1D;
  offset: tf.Tensor1D;
}

/** As in PyTorch and the reference implementation of SimCLR's CIFAR networks. */
const EPSILON = 1e-5;

/** Of `FusedBatchNormV3`: y, mean, variance, and three that its gradient wants back. */
const OUTPUTS = 6;

const attributes = (training: boolean) => ({
  T: FLOAT,
  U: FLOAT,
  epsilon: float(EPSILON),
  data_format: string("NHWC"),
  is_training: bool(training),
});

/**
 * Batch normalisation by the batch's own statistics (`FusedBatchNormV3`), with its fused gradient.
 *
 * @param x float32 or bfloat16 `[N, H, W, C]`.
 * @param affine γ and β.
 * @returns `y` like x, and the batch's mean and unbiased variance, float32 `[C]`, which no gradient
 * passes and the caller disposes.
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  affine: Affine,
): { y: tf.Tensor4D; mean: tf.Tensor1D; variance: tf.Tensor1D } {
  let statistics: tf.Tensor[] = [];
  const inputs = [x, affine.scale, affine.offset];
  const y = withGradient<tf.Tensor4D>(inputs, (x, scale, offset) => {
    const [value, mean, variance, ...reserved] = opWithOutputs(
      "FusedBatchNormV3",
      { ...attributes(true), exponential_avg_factor: float(1) },
      [x, scale, offset, tf.tensor1d([]), tf.tensor1d([])],
      OUTPUTS,
    );
    statistics = [tf.keep(mean), tf.keep(variance)];
    return {
      value,
      saved: [x, scale, ...reserved],
      gradient: (dy, saved) =>
        opWithOutputs("FusedBatchNormGradV3", attributes(true), [dy, ...saved], 5).slice(0, 3),
    };
  });
  return { y, mean: statistics[0] as tf.Tensor1D, variance: statistics[1] as tf.Tensor1D };
}

/**
 * Batch normalisation by running statistics, as for inference and frozen encoders.
 *
 * @param x float32 or bfloat16 `[N, H, W, C]`.
 * @param affine γ and β.
 * @param running Mean and variance, float32 `[C]`.
 * @returns Like x. It has no gradient.
 */
export function batchNormInference(
  x: tf.Tensor4D,
  affine: Affine,
  running: { mean: tf.Tensor1D; variance: tf.Tensor1D },
): tf.Tensor4D {
  const inputs = [x, affine.scale, affine.offset, running.mean, running.variance];
  return tf.tidy(() =>
    opWithOutputs("FusedBatchNormV3", attributes(false), inputs, OUTPUTS)[0] as tf.Tensor4D
  );
}
