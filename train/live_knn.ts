import { createTensorFlowRunner } from "../src/embed/tensorflow_runner.ts";
import type { Encoder } from "../src/model/mod.ts";
import { knnAccuracy } from "../src/probe/knn.ts";
import { permutation } from "../src/random.ts";
import type { Precision } from "../src/tensorflow/mod.ts";
import type { Dataset } from "./dataset/mod.ts";
import { extractFeatures } from "./evaluate/mod.ts";

/** Enough for a number that moves with the training, few enough for about a second on two cores. */
const MOST_EXAMPLES = 2000;
const MOST_TESTED = 500;
const BATCH = 250;

/** Measures an encoder while it is trained. */
export interface LiveKnn {
  /** The kNN accuracy (k 200, τ 0.1) on held-out images, 0 to 1, of the weights as they are now. */
  measure(): Promise<number>;
}

/**
 * Prepares the measure: it draws a few of the images once, the same for every measure of a run.
 *
 * @param encoder The encoder in training; batch norm goes by its running statistics.
 * @param options The training images, the held-out ones, the seed and the precision.
 * @returns The measure, or null if there are no labels.
 */
export function createLiveKnn(
  encoder: Encoder,
  options: { train: Dataset; heldOut: Dataset; seed: number; precision: Precision },
): LiveKnn | null {
  const { train, heldOut, seed, precision } = options;
  if (!train.labels || !heldOut.labels) return null;
  const examples = draw(train, train.labels, { most: MOST_EXAMPLES, seed });
  const tested = draw(heldOut, heldOut.labels, { most: MOST_TESTED, seed });
  const runner = createTensorFlowRunner(encoder, { side: train.side, maxBatch: BATCH, precision });
  return {
    measure: async () =>
      await knnAccuracy({
        train: await extractFeatures(runner, examples),
        trainLabels: examples.labels,
        test: await extractFeatures(runner, tested),
        testLabels: tested.labels,
        dimension: encoder.dimension,
        classes: train.classes.length,
      }),
  };
}

/** Some images of a dataset, each class as often as chance has it. */
function draw(dataset: Dataset, labels: Int32Array, options: { most: number; seed: number }) {
  const chosen = permutation(dataset.count, options.seed, 1).subarray(0, options.most);
  return {
    count: chosen.length,
    labels: Int32Array.from(chosen, (index) => labels[index]),
    rows: (indices: ArrayLike<number>) =>
      dataset.rows(Array.from(indices, (index) => chosen[index])),
  };
}
