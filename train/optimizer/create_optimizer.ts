import type { NamedVariables } from "../../src/model/mod.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { lars } from "./lars.ts";
import type { Optimizer } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

/** The optimisers that a network can be trained with. */
export type OptimizerName = "lars" | "sgd" | "adam" | "adamw";

/** Which optimiser, and its settings; each reads only those that it has. */
export interface OptimizerOptions {
  optimizer: OptimizerName;
  /** Of lars and sgd; β₁ of adam and adamw. */
  momentum: number;
  /** Nesterov's look ahead, of sgd. */
  nesterov: boolean;
  /** β₂ of adam and adamw. */
  beta2: number;
  /** ε of adam and adamw. */
  epsilon: number;
  /** η of lars. */
  trustCoefficient: number;
  /** λ of all; none for biases and batch norm. */
  weightDecay: number;
}

/**
 * The optimiser that a configuration names.
 *
 * @param parameters The parameters that it moves.
 * @param options Its name and settings.
 * @returns The optimiser, with all that it keeps at 0.
 *
 * @example
 * ```ts
 * import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
 * import { createOptimizer } from "./create_optimizer.ts";
 * await startTensorFlow({ device: "cpu" });
 * const weight = tf.variable(tf.ones([1, 2]));
 * const optimizer = createOptimizer(new Map([["weight", weight]]), {
 *   optimizer: "adamw",
 *   momentum: 0.9,
 *   beta2: 0.999,
 *   epsilon: 1e-8,
 *   weightDecay: 0,
 *   nesterov: false,
 *   trustCoefficient: 0.001,
 * });
 * tf.tidy(() => optimizer.apply(new Map([["weight", tf.tensor2d([[5, -3]])]]), tf.scalar(0.5)));
 * console.assert(Math.abs((await weight.data())[0] - 0.5) < 1e-6); // its first step is the rate
 * optimizer.dispose();
 * ```
 */
export function createOptimizer(parameters: NamedVariables, options: OptimizerOptions): Optimizer {
  const beta1 = options.momentum;
  switch (options.optimizer) {
    case "lars":
      return lars(parameters, options);
    case "sgd":
      return sgd(parameters, options);
    case "adam":
      return adam(parameters, { ...options, beta1 });
    case "adamw":
      return adamw(parameters, { ...options, beta1 });
  }
}
