import { disposeVariables, type NamedVariables } from "../../src/model/mod.ts";
import { l2Norm, tf } from "../../src/tensorflow/mod.ts";
import { decayed } from "./decayed.ts";
import { isExcluded, type Optimizer } from "./optimizer.ts";
import { zeroSlots } from "./zero_slots.ts";

/** The settings of LARS. */
export interface LarsOptions {
  momentum: number;
  /** λ of λ/2·‖w‖², added to the gradient before the trust ratio; none for biases and batch norm. */
  weightDecay: number;
  /** η, by which the ratio of norms is multiplied. */
  trustCoefficient: number;
}

/** What the names of a classifier's parameters begin with. */
const CLASSIFIER = "fc.";

/**
 * LARS (arXiv 1708.03888) as SimCLR uses it (arXiv 2002.05709 §2.2): for each matrix or kernel,
 * v ← m·v + lr·η·‖w‖/‖g + λw‖·(g + λw); w ← w − v, with the learning rate inside the momentum, as in
 * the reference implementation. Vectors (biases, batch norm) move without decay and ratio. A
 * classifier (`fc.weight`) moves without the ratio, which would hold it where it begins, near 0; the
 * reference decays it too, though by a term of the loss.
 *
 * @param parameters The parameters that it moves.
 * @param options Momentum, decay, η.
 * @returns The optimiser.
 */
export function lars(parameters: NamedVariables, options: LarsOptions): Optimizer {
  const { momentum, weightDecay, trustCoefficient } = options;
  const slots = zeroSlots(parameters);
  return {
    slots,
    apply(gradients, learningRate) {
      for (const [name, parameter] of parameters) {
        const slot = slots.get(name)!;
        const slope = decayed(parameter, gradients.get(name)!, weightDecay);
        const rate = isExcluded(parameter) || name.startsWith(CLASSIFIER)
          ? learningRate
          : tf.mul(learningRate, trustRatio(parameter, slope, trustCoefficient));
        const velocity = tf.add(tf.mul(slot, momentum), tf.mul(slope, rate));
        slot.assign(velocity);
        parameter.assign(tf.sub(parameter, velocity));
      }
    },
    dispose: () => disposeVariables(slots),
  };
}

/** η·‖w‖/‖g‖; 1 where either is 0, so that weights that begin at 0 can move. */
function trustRatio(weight: tf.Tensor, slope: tf.Tensor, coefficient: number): tf.Tensor {
  const [weightNorm, slopeNorm] = [l2Norm(weight), l2Norm(slope)];
  const both = tf.logicalAnd(tf.greater(weightNorm, 0), tf.greater(slopeNorm, 0));
  const ratio = tf.div(tf.mul(weightNorm, coefficient), tf.maximum(slopeNorm, 1e-30));
  return tf.where(both, ratio, tf.onesLike(ratio));
}
