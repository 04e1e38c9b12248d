import { disposeVariables, type NamedVariables } from "../../src/model/mod.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { decayed } from "./decayed.ts";
import type { Optimizer } from "./optimizer.ts";
import { zeroSlots } from "./zero_slots.ts";

/** The settings of SGD. */
export interface SgdOptions {
  momentum: number;
  /** λ of λ/2·‖w‖², added to the gradient; none for biases and batch norm. */
  weightDecay: number;
  nesterov: boolean;
}

/**
 * Stochastic gradient descent with momentum: v ← m·v + g + λ·w; w ← w − lr·v, or, with Nesterov's
 * look ahead, w ← w − lr·(m·v + g + λ·w). As in PyTorch, the learning rate stands outside v.
 *
 * @param parameters The parameters that it moves.
 * @param options Momentum, decay, Nesterov.
 * @returns The optimiser.
 */
export function sgd(parameters: NamedVariables, options: SgdOptions): Optimizer {
  const { momentum, weightDecay, nesterov } = options;
  const slots = zeroSlots(parameters);
  return {
    slots,
    apply(gradients, learningRate) {
      for (const [name, parameter] of parameters) {
        const slot = slots.get(name)!;
        const slope = decayed(parameter, gradients.get(name)!, weightDecay);
        const velocity = tf.add(tf.mul(slot, momentum), slope);
        const update = nesterov ? tf.add(tf.mul(velocity, momentum), slope) : velocity;
        slot.assign(velocity);
        parameter.assign(tf.sub(parameter, tf.mul(update, learningRate)));
      }
    },
    dispose: () => disposeVariables(slots),
  };
}
