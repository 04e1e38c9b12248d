import { accuracy } from "../../src/probe/accuracy.ts";
import { knnAccuracy } from "../../src/probe/knn.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import type { Accuracies } from "./evaluation.ts";
import { type FeatureSplits, probeScores } from "./probe_scores.ts";

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
  return {
    linear: accuracy(mostProbable(await probeScores(splits), classes), test.labels),
    knn: await knnAccuracy({
      dimension,
      classes,
      train: train.features,
      trainLabels: train.labels,
      test: test.features,
      testLabels: test.labels,
    }),
  };
}
