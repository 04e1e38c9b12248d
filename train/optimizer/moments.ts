import { disposeVariables, type NamedVariables } from "../../src/model/mod.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { zeroSlots } from "./zero_slots.ts";

/** The settings of Adam and AdamW. */
export interface AdamOptions {
  /** β₁, how slowly the mean of the gradients follows; the momentum of a configuration. */
  beta1: number;
  /** β₂, how slowly the mean of their squares follows. */
  beta2: number;
  /** ε, added to the root of the mean square. */
  epsilon: number;
  /** λ; none for biases and batch norm. */
  weightDecay: number;
}

/** The running moments of the gradients. */
export interface Moments {
  readonly slots: NamedVariables;
  /**
   * Begins a step.
   *
   * @returns What takes the gradient of a parameter in and gives the direction to move in, of the
   * same shape.
   */
  next(): (name: string, gradient: tf.Tensor) => tf.Tensor;
  dispose(): void;
}

/**
 * The moments that Adam keeps of each parameter's gradients (arXiv 1412.6980, algorithm 1):
 * m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; the direction is m̂ / (√v̂ + ε), with
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ). As in PyTorch, ε stands outside the root.
 *
 * @param parameters By name.
 * @param options β₁, β₂, ε.
 * @returns The moments, all 0 at first, with t as a slot: it is exact for 2²⁴ steps.
 */
export function createMoments(
  parameters: NamedVariables,
  options: Omit<AdamOptions, "weightDecay">,
): Moments {
  const { beta1, beta2, epsilon } = options;
  const [means, squares] = [zeroSlots(parameters), zeroSlots(parameters)];
  const count = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const named = (what: string, slots: NamedVariables) =>
    [...slots].map(([name, slot]) => [`${what}.${name}`, slot] as const);
  const slots: NamedVariables = new Map([
    ["t", count],
    ...named("m", means),
    ...named("v", squares),
  ]);
  return {
    slots,
    next() {
      const t = tf.add<tf.Scalar>(count, 1);
      count.assign(t);
      const [meanBias, squareBias] = [oneLessPower(beta1, t), oneLessPower(beta2, t)];
      return (name, gradient) => {
        const [m, v] = [means.get(name)!, squares.get(name)!];
        const mean = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
        const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
        m.assign(mean);
        v.assign(square);
        const spread = tf.add(tf.sqrt(tf.div(square, squareBias)), epsilon);
        return tf.div(tf.div(mean, meanBias), spread);
      };
    },
    dispose: () => disposeVariables(slots),
  };
}

/** 1 − βᵗ, to the last digit also where βᵗ is nearly 1 and float32 would cancel. */
function oneLessPower(beta: number, t: tf.Scalar): tf.Scalar {
  if (beta === 0) return tf.onesLike(t);
  return tf.neg(tf.expm1(tf.mul(t, Math.log(beta))));
}
