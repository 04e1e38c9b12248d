import type { EncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError, messageOf } from "../../src/errors.ts";
import type { Comparison } from "../../src/jobs/job.ts";
import { knnPredict } from "../../src/probe/knn.ts";
import { permutation } from "../../src/random.ts";
import { type Dataset, selectImages } from "../dataset/mod.ts";
import type { TrainingImages } from "../open_training_images.ts";
import { compareCounts, countRight } from "./comparison.ts";
import { unitVectors } from "./unit_vectors.ts";

/** So many labelled images are looked among, and so many judged: minutes for a large network. */
const MOST_EXAMPLES = 5000;
const MOST_JUDGED = 2000;

const MEASURE = "kNN accuracy on held-out labels";

/** How often the nearest neighbours by an encoder have held-out labels right. */
export interface Neighbours {
  right: number;
  count: number;
}

/**
 * Judges an encoder by kNN (k 200, τ 0.1) on the labelled images that pretraining did not see.
 *
 * @param reference The encoder.
 * @param options The encoders, and how to open the images at a side.
 * @returns How many it has right, or null where there are too few labels to judge by.
 * @throws {LookalikeError} As loading and opening do.
 */
export async function judgeByNeighbours(
  reference: string,
  options: { encoders: EncoderStore; open: (side: number) => Promise<TrainingImages> },
): Promise<Neighbours | null> {
  const encoder = await options.encoders.load(reference);
  using images = await options.open(encoder.manifest.inputSize);
  if (!images.probed) return null;
  const examples = some(images.probed.examples, MOST_EXAMPLES);
  const heldOut = some(images.probed.heldOut, MOST_JUDGED);
  if (!examples.labels || !heldOut.labels) return null;
  const { vectors: train, dimension } = await unitVectors(examples, { encoder, layer: 0 });
  const { vectors: test } = await unitVectors(heldOut, { encoder, layer: 0 });
  const predictions = await knnPredict({
    ...{ train, trainLabels: examples.labels, test, dimension },
    classes: examples.classes.length,
  });
  return { right: countRight(predictions, heldOut.labels), count: heldOut.count };
}

/**
 * Compares a new encoder with others by what {@linkcode judgeByNeighbours} says of each.
 *
 * @param others References, each `NAME@VERSION`, once.
 * @param options What the new one has right, and how another is judged.
 * @returns A comparison each, and a sentence on each that cannot be made.
 */
export async function compareEncoders(
  others: string[],
  options: { own: Neighbours; judge: (reference: string) => Promise<Neighbours | null> },
): Promise<{ comparisons: Comparison[]; warnings: string[] }> {
  const { own, judge } = options;
  const comparisons: Comparison[] = [];
  const warnings: string[] = [];
  for (const reference of others) {
    try {
      const found = await judge(reference);
      if (!found) continue;
      comparisons.push(compareCounts({
        ...{ with: reference, measure: MEASURE, count: own.count },
        ...{ before: found.right, after: own.right },
      }));
    } catch (error) {
      if (!(error instanceof LookalikeError)) throw error;
      warnings.push(`Not compared with ${reference}: ${messageOf(error)}`);
    }
  }
  return { comparisons, warnings };
}

function some(dataset: Dataset, most: number): Dataset {
  if (dataset.count <= most) return dataset;
  return selectImages(dataset, permutation(dataset.count, 0).subarray(0, most));
}
