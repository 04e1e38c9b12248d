import * as tf from "@tensorflow/tfjs";

/** What an op with a gradient of its own does. */
export interface Differentiable {
  value: tf.Tensor;
  /** What the gradient needs of the forward pass. */
  saved: tf.Tensor[];
  /** The gradients of all inputs, in their order, from that of the value and what was saved. */
  gradient(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[];
}

/**
 * Runs ops that TensorFlow.js knows nothing about as one with the given gradient (`tf.customGrad`,
 * with types that hold).
 *
 * @param inputs Float tensors that gradients flow to.
 * @param forward Computes value and gradient of them.
 * @returns The value.
 */
export function withGradient<Result extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Differentiable,
): Result {
  const custom = tf.customGrad(
    ((...given: [...tf.Tensor[], tf.GradSaveFunc]) => {
      const save = given.pop() as tf.GradSaveFunc;
      const { value, saved, gradient } = forward(...given as tf.Tensor[]);
      save(saved);
      return { value, gradFunc: gradient };
    }) as Parameters<typeof tf.customGrad>[0],
  );
  return custom(...inputs) as Result;
}
