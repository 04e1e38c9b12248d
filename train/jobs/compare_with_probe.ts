import type { Comparison } from "../../src/jobs/job.ts";
import { fitProbe } from "../../src/probe/fit_probe.ts";
import { predictLogisticRegression } from "../../src/probe/logistic_regression.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import type { LabelledDataset } from "../evaluate/mod.ts";
import { compareCounts, countRight } from "./comparison.ts";
import { referenceOf } from "./saved_version.ts";
import { type LoadedEncoder, unitVectors } from "./unit_vectors.ts";

/**
 * Compares a fine-tuned classifier with what it came from: a linear probe on h of the encoder as it
 * was, fitted to the same labels and judged by the same held-out ones.
 *
 * @param encoder The encoder that the fine-tuning began from.
 * @param options The images that taught and those that judge, how many of these the fine-tuned
 * classifier has right, and what ends the fit.
 * @returns The comparison.
 * @throws {LookalikeError} As `fitProbe` does.
 */
export async function compareWithProbe(
  encoder: LoadedEncoder,
  options: {
    taught: LabelledDataset;
    judging: LabelledDataset;
    right: number;
    signal: AbortSignal;
  },
): Promise<Comparison> {
  const { taught, judging, right, signal } = options;
  const predictions = judging.count === 0
    ? new Int32Array()
    : await probePredictions(encoder, { taught, judging, signal });
  return compareCounts({
    with: `probe of ${referenceOf(encoder.manifest)}`,
    measure: "accuracy on held-out labels",
    count: judging.count,
    before: countRight(predictions, judging.labels),
    after: right,
  });
}

async function probePredictions(
  encoder: LoadedEncoder,
  options: { taught: LabelledDataset; judging: LabelledDataset; signal: AbortSignal },
): Promise<Int32Array> {
  const { taught, judging, signal } = options;
  const classes = taught.classes.length;
  const { vectors: features, dimension } = await unitVectors(taught, { encoder, layer: 0 });
  const examples = { features, labels: taught.labels };
  const { model } = await fitProbe(examples, { dimension, classes, signal });
  const { vectors } = await unitVectors(judging, { encoder, layer: 0 });
  return mostProbable(await predictLogisticRegression(model, vectors), classes);
}
