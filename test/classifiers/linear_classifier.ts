import type { ClassifierInput, LinearParameters } from "../../src/classifiers/classifiers.ts";

/** What is said of a classifier of two classes of vectors `[2]`. */
export const CAT_OR_DOG: ClassifierInput = {
  encoder: "flowers@1",
  layer: 0,
  dimension: 2,
  classes: ["cat", "dog"],
  temperature: 2,
  l2: 0.1,
  examples: [3, 2],
  metrics: {
    by: "cross-validation",
    count: 5,
    accuracy: 0.8,
    standardError: 0.179,
    calibrationError: 0.1,
    uncalibratedError: 0.2,
    crossEntropy: 0.5,
    confusion: [[3, 0], [1, 1]],
    recall: [1, 0.5],
  },
  warnings: ["Fewer than 5 labels."],
  lineage: { collection: "pets" },
};

/**
 * Numbers for {@link CAT_OR_DOG}: the first number of a vector speaks for a cat, the second for a dog.
 *
 * @param strength How much.
 * @returns The parameters.
 */
export function catOrDog(strength = 4): LinearParameters {
  return {
    kind: "linear",
    mean: Float32Array.of(0.5, 0.5),
    std: Float32Array.of(0.5, 2),
    weights: Float32Array.of(strength, 0, 0, strength), // [2, 2]
    bias: Float32Array.of(0, 0.25),
  };
}
