import { FINE_TUNING_DEFAULTS } from "../../src/jobs/fine_tuning_defaults.ts";
import type { Examples } from "../../src/probe/examples.ts";
import { fitKnn } from "../../src/probe/fit_knn.ts";
import { fitProbe } from "../../src/probe/fit_probe.ts";
import { knnVotes } from "../../src/probe/knn.ts";
import { predictLogisticRegression } from "../../src/probe/logistic_regression.ts";
import type { ClassScores } from "../../src/probe/most_probable.ts";
import { topAccuracy } from "../../src/probe/top_accuracy.ts";
import type { Precision } from "../../src/tensorflow/mod.ts";
import type { LabelledDataset, LabelledSplits } from "../../train/evaluate/mod.ts";
import { trainClassifier, type TrainClassifierOptions } from "../../train/fine_tune/mod.ts";
import { type LoadedEncoder, unitVectors } from "../../train/jobs/unit_vectors.ts";

/** What all ways work with. */
export interface Material {
  encoder: LoadedEncoder;
  /** All images that may be learnt from, most without their labels; and the test images. */
  splits: LabelledSplits;
  precision: Precision;
}

/** Learns from some images with labels, and says how many of the test images it recognises. */
export type Way = (labelled: LabelledDataset, seed: number) => Promise<number>;

/** The rates for 256 images that are tried from scratch; the best counts. Five times the steps were worse. */
const SCRATCH_RATES = [0.05, 0.2, 1];

/** What the names of ways from scratch begin with. */
export const SCRATCH = "from scratch";

/**
 * The ways of learning from few labels, by name, the cheapest first. Fine-tuning has the defaults of a
 * job.
 *
 * @param material Encoder and images.
 * @returns The ways.
 */
export function waysOf({ encoder, splits, precision }: Material): Map<string, Way> {
  const { manifest: { architecture, head }, tensors } = encoder;
  const { train, test } = splits;
  const classes = test.classes.length;
  const vectorsOf = async (images: LabelledDataset): Promise<Examples> => {
    const { vectors } = await unitVectors(images, { encoder, layer: 0 });
    return { features: vectors, labels: images.labels };
  };
  let testVectors: Promise<Examples> | undefined;
  const classified = async (
    labelled: LabelledDataset,
    classify: (learnt: Examples, test: Float32Array, dimension: number) => Promise<ClassScores>,
  ) => {
    const learnt = await vectorsOf(labelled);
    const { features, labels } = await (testVectors ??= vectorsOf(test));
    const scores = await classify(learnt, features, features.length / labels.length);
    return topAccuracy(scores, { labels, k: 1 });
  };
  const trained = async (train: LabelledDataset, options: Partial<TrainClassifierOptions>) => {
    const { epochs, leastSteps, batchSize, learningRate, weightDecay } = FINE_TUNING_DEFAULTS;
    const { top1 } = await trainClassifier({
      ...{ architecture, tensors, train, test, precision, schedule: "cosine", unitFeatures: true },
      ...{ epochs, leastSteps, batchSize, learningRate, weightDecay },
      ...(head ? { head: { shape: head, tensors, layer: 0 } } : {}),
      ...options,
    });
    return top1;
  };
  const beside = (way: "contrastive" | "distillation"): Way => (labelled, seed) =>
    trained(labelled, { seed, unlabelled: { way, images: train } });
  return new Map<string, Way>([
    ["probe", (labelled, seed) =>
      classified(labelled, async (learnt, test, dimension) => {
        const { model } = await fitProbe(learnt, { dimension, classes, seed });
        return await predictLogisticRegression(model, test);
      })],
    ["kNN", (labelled, seed) =>
      classified(labelled, async (learnt, test, dimension) => {
        const { k, temperature } = await fitKnn(learnt, { dimension, classes, seed });
        const { features: examples, labels: trainLabels } = learnt;
        return await knnVotes({
          ...{ train: examples, trainLabels, test, dimension, classes, k, temperature },
        });
      })],
    ["full", (labelled, seed) => trained(labelled, { seed })],
    ["full, contrastive", beside("contrastive")],
    ["full, distillation", beside("distillation")],
    ...SCRATCH_RATES.map((learningRate): [string, Way] => [
      `${SCRATCH}, rate ${learningRate}`,
      (labelled, seed) => {
        const begin = { tensors: null, head: undefined, unitFeatures: false };
        return trained(labelled, { ...begin, learningRate, seed });
      },
    ]),
  ]);
}
