import { accuracy } from "../../src/probe/accuracy.ts";
import type { Examples, ExampleShape } from "../../src/probe/examples.ts";
import { knnAccuracy } from "../../src/probe/knn.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../src/probe/logistic_regression.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { pickL2 } from "../../src/probe/pick_l2.ts";
import type { Accuracies } from "./evaluation.ts";

/** Features to learn from and features to test on. */
export interface FeatureSplits extends ExampleShape {
  /** What classifiers are fitted to. */
  train: Examples;
  /** What they are measured on. */
  test: Examples;
}

/**
 * How well two classifiers do on frozen features: a linear probe, its penalty picked on a part of the
 * training examples, and kNN (k 200, τ 0.1).
 *
 * @param splits The features and labels.
 * @returns Both accuracies on the test features.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, sizes or labels do not agree,
 * or all training examples are of one class.
 */
export async function evaluateFeatures(splits: FeatureSplits): Promise<Accuracies> {
  const { train, test, dimension, classes } = splits;
  const sizes = { dimension, classes };
  const l2 = await pickL2(train, sizes);
  const model = await fitLogisticRegression(train.features, train.labels, { ...sizes, l2 });
  const probabilities = await predictLogisticRegression(model, test.features); // [M, C]
  return {
    linear: accuracy(mostProbable(probabilities, classes), test.labels),
    knn: await knnAccuracy({
      ...sizes,
      train: train.features,
      trainLabels: train.labels,
      test: test.features,
      testLabels: test.labels,
    }),
  };
}
