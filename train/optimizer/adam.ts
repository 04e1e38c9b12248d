import type { NamedVariables } from "../../src/model/mod.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { decayed } from "./decayed.ts";
import { type AdamOptions, createMoments } from "./moments.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Adam (arXiv 1412.6980), w ← w − lr·m̂ / (√v̂ + ε), with weight decay as a term λ·w of the gradient,
 * as PyTorch's Adam has it: moments see the decay, so that it hardly acts where gradients are large.
 *
 * @param parameters The parameters that it moves.
 * @param options β₁, β₂, ε, decay.
 * @returns The optimiser.
 */
export function adam(parameters: NamedVariables, options: AdamOptions): Optimizer {
  const { slots, next, dispose } = createMoments(parameters, options);
  return {
    slots,
    apply(gradients, learningRate) {
      const direction = next();
      for (const [name, parameter] of parameters) {
        const slope = decayed(parameter, gradients.get(name)!, options.weightDecay);
        parameter.assign(tf.sub(parameter, tf.mul(direction(name, slope), learningRate)));
      }
    },
    dispose,
  };
}
