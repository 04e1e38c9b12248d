import { createTensorFlowRunner } from "../src/embed/tensorflow_runner.ts";
import type { Encoder } from "../src/model/mod.ts";
import { permutation } from "../src/random.ts";
import { accuracy } from "../src/probe/accuracy.ts";
import { knnAccuracy } from "../src/probe/knn.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../src/probe/logistic_regression.ts";
import { mostProbable } from "../src/probe/most_probable.ts";
import type { Precision } from "../src/tensorflow/mod.ts";
import { type Dataset, selectImages } from "./dataset/mod.ts";
import { type Accuracies, extractFeatures } from "./evaluate/mod.ts";

/** Enough for a number that moves with the training, few enough for seconds on two cores. */
const MOST_EXAMPLES = 2000;
const MOST_TESTED = 500;
const BATCH = 250;
/** A penalty that suits so few examples, and a tolerance that suits a number to watch. */
const PROBE = { l2: 1e-2, tolerance: 1e-3, maxIterations: 100 };

/** Measures an encoder while it is trained. */
export interface LiveProbe {
  /**
   * How well a linear probe and kNN (k 200, τ 0.1) on h classify held-out images, 0 to 1, by the
   * weights as they are now.
   */
  measure(): Promise<Accuracies>;
}

/**
 * Prepares the probe: it draws a few of the images once, the same for every measure of a run.
 *
 * @param encoder The encoder in training; batch norm goes by its running statistics.
 * @param options The training images, the held-out ones, the seed and the precision.
 * @returns The probe, or null if there are no labels of two classes.
 */
export function createLiveProbe(
  encoder: Encoder,
  options: { examples: Dataset; heldOut: Dataset; seed: number; precision: Precision },
): LiveProbe | null {
  const { seed, precision } = options;
  const examples = draw(options.examples, { most: MOST_EXAMPLES, seed });
  const tested = draw(options.heldOut, { most: MOST_TESTED, seed });
  const { side, classes, labels } = examples;
  if (!labels || !tested.labels || new Set(labels).size < 2) return null;
  const runner = createTensorFlowRunner(encoder, { side, maxBatch: BATCH, precision });
  const sizes = { dimension: encoder.dimension, classes: classes.length };
  return {
    async measure() {
      const features = await extractFeatures(runner, examples);
      const testFeatures = await extractFeatures(runner, tested);
      const model = await fitLogisticRegression(features, labels, { ...sizes, ...PROBE });
      const probabilities = await predictLogisticRegression(model, testFeatures);
      return {
        linear: accuracy(mostProbable(probabilities, sizes.classes), tested.labels!),
        knn: await knnAccuracy({
          ...sizes,
          train: features,
          trainLabels: labels,
          test: testFeatures,
          testLabels: tested.labels!,
        }),
      };
    },
  };
}

/** Some images of a dataset, each class as often as chance has it. */
function draw(dataset: Dataset, options: { most: number; seed: number }): Dataset {
  const order = permutation(dataset.count, options.seed, 1);
  return selectImages(dataset, order.subarray(0, options.most));
}
