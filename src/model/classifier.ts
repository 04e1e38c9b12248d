import { random } from "../random.ts";
import { type Precision, tf } from "../tensorflow/mod.ts";
import { dense } from "./dense.ts";
import { constant, normal } from "./initial_values.ts";
import { createWeights, type Weights, type WeightShapes } from "./weights.ts";

/** A linear layer with bias on h, named as torchvision names it: `fc.weight`, `fc.bias`. */
export type Classifier = Weights;

/** As in the reference implementation; small, so that at first no class is favoured. */
const DEVIATION = 0.01;

/**
 * A linear classifier that knows nothing yet.
 *
 * @param options F, the length of h; the number of classes; and the seed of small random weights, or
 * that all begin at zero.
 * @returns The classifier, with parameters `fc.weight` `[F, C]` and `fc.bias` `[C]`.
 */
export function createClassifier(
  options: { input: number; classes: number } & ({ seed: number } | { zero: true }),
): Classifier {
  const { input, classes } = options;
  const shapes: WeightShapes = {
    parameters: new Map([["fc.weight", [input, classes]], ["fc.bias", [classes]]]),
    state: new Map(),
  };
  return createWeights(shapes, (name, shape) => {
    if (name === "fc.bias" || "zero" in options) return constant(shape, 0);
    return normal(shape, { deviation: DEVIATION, source: random(options.seed, 2) });
  });
}

/**
 * What a classifier says of representations.
 *
 * @param classifier The classifier.
 * @param h float32 `[N, F]`.
 * @param options The precision of the matrix product; float32 unless told.
 * @returns Logits, float32 `[N, C]`; softmax makes probabilities of them.
 */
export function classify(
  classifier: Classifier,
  h: tf.Tensor2D,
  options: { precision?: Precision } = {},
): tf.Tensor2D {
  const { parameters } = classifier;
  const weight = parameters.get("fc.weight") as tf.Tensor2D;
  const bias = parameters.get("fc.bias") as tf.Tensor1D;
  return tf.tidy(() => tf.add(dense(h, weight, options), bias)); // [N, C]
}
