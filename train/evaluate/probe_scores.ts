import type { Examples, ExampleShape } from "../../src/probe/examples.ts";
import { FOLDS } from "../../src/probe/folds.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../src/probe/logistic_regression.ts";
import { pickL2 } from "../../src/probe/pick_l2.ts";

/** Features to learn from and features to test on. */
export interface FeatureSplits extends ExampleShape {
  /** What classifiers are fitted to. */
  train: Examples;
  /** What they are measured on. */
  test: Examples;
}

/**
 * What a linear probe says of the test features: a logistic regression on all training features, its
 * penalty picked on a fifth of them (arXiv 2002.05709 §B.8).
 *
 * @param splits The features and labels.
 * @param options.seed Which fifth picks: seeds five apart agree. 0 unless told.
 * @returns Probabilities, float32 `[M, C]`.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, sizes or labels do not agree,
 * or all training examples are of one class.
 */
export async function probeScores(
  splits: FeatureSplits,
  options: { seed?: number } = {},
): Promise<Float32Array> {
  const { train, test, dimension, classes } = splits;
  const sizes = { dimension, classes };
  const l2 = await pickL2(train, { ...sizes, fold: (options.seed ?? 0) % FOLDS });
  const model = await fitLogisticRegression(train.features, train.labels, { ...sizes, l2 });
  return await predictLogisticRegression(model, test.features); // [M, C]
}
