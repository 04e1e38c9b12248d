import { createTensorFlowRunner } from "../src/embed/tensorflow_runner.ts";
import type { Encoder } from "../src/model/mod.ts";
import { knnAccuracy } from "../src/probe/knn.ts";
import { permutation } from "../src/random.ts";
import type { Precision } from "../src/tensorflow/mod.ts";
import type { Dataset } from "./dataset/mod.ts";

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
export async function createLiveKnn(
  encoder: Encoder,
  options: { train: Dataset; heldOut: Dataset; seed: number; precision: Precision },
): Promise<LiveKnn | null> {
  const { train, heldOut, seed, precision } = options;
  if (!train.labels || !heldOut.labels) return null;
  const examples = await draw(train, train.labels, { most: MOST_EXAMPLES, seed });
  const tested = await draw(heldOut, heldOut.labels, { most: MOST_TESTED, seed });
  const runner = createTensorFlowRunner(encoder, { side: train.side, maxBatch: BATCH, precision });
  const features = async ({ pixels, labels }: typeof tested) => {
    const rows = new Float32Array(labels.length * encoder.dimension);
    const bytes = pixels.length / labels.length;
    for (let from = 0; from < labels.length; from += BATCH) {
      const to = Math.min(labels.length, from + BATCH);
      const h = await runner.run(pixels.subarray(from * bytes, to * bytes), to - from);
      rows.set(h, from * encoder.dimension);
    }
    return rows;
  };
  return {
    measure: async () =>
      await knnAccuracy({
        train: await features(examples),
        trainLabels: examples.labels,
        test: await features(tested),
        testLabels: tested.labels,
        dimension: encoder.dimension,
        classes: train.classes.length,
      }),
  };
}

async function draw(
  dataset: Dataset,
  labels: Int32Array,
  options: { most: number; seed: number },
): Promise<{ pixels: Uint8Array; labels: Int32Array }> {
  const chosen = permutation(dataset.count, options.seed, 1).subarray(0, options.most);
  const picked = Int32Array.from(chosen, (index) => labels[index]);
  return { pixels: await dataset.rows(chosen), labels: picked };
}
