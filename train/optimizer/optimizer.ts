import type { NamedVariables } from "../../src/model/mod.ts";
import type { tf } from "../../src/tensorflow/mod.ts";

/** An optimiser: a pure rule and the variables that it keeps between steps. */
export interface Optimizer {
  /**
   * What it keeps, by the names of the parameters; where it keeps several things, with what each is
   * in front.
   */
  readonly slots: NamedVariables;
  /**
   * Moves the parameters; to be called within the compiled step.
   *
   * @param gradients By the names of the parameters.
   * @param learningRate A scalar tensor: a number would be frozen into the step.
   */
  apply(gradients: Map<string, tf.Tensor>, learningRate: tf.Scalar): void;
  /** Frees the slots. */
  dispose(): void;
}

/**
 * Whether weight decay and LARS's trust ratio leave a parameter alone, as in the reference
 * implementation: biases, and scale and offset of batch norm. Those are the vectors.
 *
 * @param parameter A parameter.
 * @returns True for vectors.
 */
export function isExcluded(parameter: tf.Variable): boolean {
  return parameter.rank <= 1;
}
