import type { NamedVariables } from "../../src/model/mod.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { type AdamOptions, createMoments } from "./moments.ts";
import { isExcluded, type Optimizer } from "./optimizer.ts";

/**
 * AdamW (arXiv 1711.05101, algorithm 2): Adam whose weight decay stands outside the moments. As in
 * PyTorch it is scaled by the learning rate: w ← w − lr·λ·w − lr·m̂ / (√v̂ + ε). The paper scales it by
 * the schedule alone; its λ is PyTorch's times the peak rate.
 *
 * @param parameters The parameters that it moves.
 * @param options β₁, β₂, ε, decay.
 * @returns The optimiser.
 */
export function adamw(parameters: NamedVariables, options: AdamOptions): Optimizer {
  const { slots, next, dispose } = createMoments(parameters, options);
  return {
    slots,
    apply(gradients, learningRate) {
      const direction = next();
      const kept = tf.sub(1, tf.mul(learningRate, options.weightDecay)); // 1 − lr·λ
      for (const [name, parameter] of parameters) {
        const weight = isExcluded(parameter) ? parameter : tf.mul(parameter, kept);
        const update = tf.mul(direction(name, gradients.get(name)!), learningRate);
        parameter.assign(tf.sub(weight, update));
      }
    },
    dispose,
  };
}
