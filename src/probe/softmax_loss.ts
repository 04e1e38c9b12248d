import { compile, type Compiled, tf } from "../tensorflow/mod.ts";

/** The data that a multinomial logistic regression is fitted to, on the device. */
export interface SoftmaxProblem {
  /** Standardised features, float32 `[N, F]`. */
  features: tf.Tensor2D;
  /** One-hot labels, float32 `[N, C]`. */
  targets: tf.Tensor2D;
  /** Weight of the penalty, float32 `[]`; 0 is none. */
  l2: tf.Scalar;
}

/** A loss and its gradient, as {@linkcode softmaxLoss} gives them. */
export type SoftmaxLoss = ReturnType<typeof softmaxLoss>;

/** {@linkcode softmaxLoss} as one call of TensorFlow, for examples and penalties of any number. */
export type CompiledSoftmaxLoss = Compiled<
  [parameters: tf.Tensor2D, features: tf.Tensor2D, targets: tf.Tensor2D, l2: tf.Scalar],
  SoftmaxLoss
>;

/**
 * Compiles {@linkcode softmaxLoss}: it is traced once for each number of examples, which takes longer
 * than a small fit, and then serves all fits to as many.
 *
 * @returns The function; its caller disposes it.
 */
export function compileSoftmaxLoss(): CompiledSoftmaxLoss {
  return compile(
    (parameters: tf.Tensor2D, features: tf.Tensor2D, targets: tf.Tensor2D, l2: tf.Scalar) =>
      softmaxLoss(parameters, { features, targets, l2 }),
    { name: "softmax_loss" },
  );
}

/**
 * The loss of multinomial logistic regression and its gradient:
 * mean cross-entropy, in nats, + l2/2 · ‖W‖². The bias is not penalised.
 *
 * The gradient is written out, as it is shorter than the loss: Xᵀ(P − Y)/N + l2·W.
 *
 * @param parameters float32 `[F + 1, C]`: the weights W, and the bias as the last row.
 * @param problem The data and the penalty.
 * @returns The loss, float32 `[]`, and its gradient, float32 `[F + 1, C]`.
 */
export function softmaxLoss(
  parameters: tf.Tensor2D,
  problem: SoftmaxProblem,
): { loss: tf.Scalar; gradient: tf.Tensor2D } {
  const { features, targets, l2 } = problem;
  const [count, dimension] = features.shape;
  const weights = parameters.slice(0, dimension); // [F, C]
  const bias = parameters.slice(dimension, 1); // [1, C]
  const logProbabilities = tf.logSoftmax(features.matMul(weights).add(bias)); // [N, C]
  const entropy = logProbabilities.mul(targets).sum(1).mean().neg(); // []
  const penalty = weights.square().sum().mul(l2.div(2)); // []
  const errors = logProbabilities.exp().sub(targets); // [N, C]
  // As (P − Y)ᵀX, transposed: half the time of XᵀP, which would walk the features by columns.
  const slopes = tf.matMul(errors, features, true).transpose(); // [F, C]
  return {
    loss: entropy.add<tf.Scalar>(penalty),
    gradient: tf.concat2d([
      slopes.div(count).add<tf.Tensor2D>(weights.mul(l2)),
      errors.mean<tf.Tensor2D>(0, true),
    ], 0), // [F + 1, C]
  };
}
