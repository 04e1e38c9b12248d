import type { BatchNorm, NamedVariables } from "../../src/model/mod.ts";
import { tf, toFloat } from "../../src/tensorflow/mod.ts";

/** As in `batchNormInference`, whose numbers these are. */
const EPSILON = 1e-5;

/**
 * Batch normalisation by running statistics for training: the kernel for inference has no gradient,
 * and this has that of what it computes, by x, γ and β.
 *
 * @param parameters Holds `NAME.weight` (γ) and `NAME.bias` (β); a missing β is 0.
 * @param state Holds `NAME.running_mean` and `NAME.running_var`.
 * @returns The normalisation.
 */
export function byFixedStatistics(parameters: NamedVariables, state: NamedVariables): BatchNorm {
  return (x, name) => {
    const deviation = tf.sqrt(tf.add(state.get(`${name}.running_var`)!, EPSILON)); // [C]
    const scale = tf.div(parameters.get(`${name}.weight`)!, deviation); // [C]
    const y = tf.mul(tf.sub(toFloat(x), state.get(`${name}.running_mean`)!), scale);
    const offset = parameters.get(`${name}.bias`);
    return (offset ? tf.add(y, offset) : y) as tf.Tensor4D;
  };
}
