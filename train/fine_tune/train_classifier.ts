import { LookalikeError } from "../../src/errors.ts";
import type { EncoderArchitecture, NamedTensors } from "../../src/model/mod.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { topAccuracy } from "../../src/probe/top_accuracy.ts";
import { type Precision, tf } from "../../src/tensorflow/mod.ts";
import { type Batches, createBatches } from "../batches.ts";
import type { LabelledDataset } from "../evaluate/labelled_dataset.ts";
import { learningRateAt, scaledLearningRate } from "../optimizer/learning_rate.ts";
import { classProbabilities } from "./class_probabilities.ts";
import {
  type ClassifierLearner,
  type ClassifierLearnerOptions,
  createClassifierLearner,
} from "./classifier_learner.ts";
import { createClassifierNetwork, type HeadLayer } from "./classifier_network.ts";
import type { ViewOptions } from "./one_view.ts";

/** What is trained, on what, and how; what is not given is as the paper has it. */
export interface TrainClassifierOptions extends Partial<ViewOptions> {
  architecture: EncoderArchitecture;
  /** The encoder's weights, as the store has them; null begins from scratch, with random ones. */
  tensors: NamedTensors | null;
  /** Classify by a layer of the projection head rather than by h. */
  head?: HeadLayer;
  /** Train the classifier alone; without it, everything. */
  frozen?: boolean;
  /** What is learnt from. */
  train: LabelledDataset;
  /** What is tested on, once, at the end; its side is the network's. */
  test: LabelledDataset;
  /** Passes over the training images; 60 unless told. */
  epochs?: number;
  /** Steps at least, where the epochs are fewer: {@linkcode LEAST_STEPS} if no epochs are told, or 1. */
  leastSteps?: number;
  /** Images a step; 64 unless told, and never more than there are. */
  batchSize?: number;
  /** For 256 images; it grows and falls with the batch. 0.05 unless told. */
  learningRate?: number;
  /** How the rate goes on: `constant` unless told, or by a cosine to 0. */
  schedule?: "constant" | "cosine";
  /** 0.9 unless told. */
  momentum?: number;
  /** None unless told. */
  weightDecay?: number;
  /** The order of images, crops, flips and what begins at random are functions of it; 0 unless told. */
  seed?: number;
  /** Of convolutions and matrix products; float32 unless told. */
  precision?: Precision;
  /** Training images up to this size lie on the device; 4 GiB unless told. */
  residentBytes?: number;
  /** Ends it after the step under way, with the error `interrupted`. */
  signal?: AbortSignal;
  /** Told after each step. */
  onProgress?: (progress: ClassifierProgress) => void;
}

/** How far a training is. */
export interface ClassifierProgress {
  /** Steps done, of how many. */
  step: number;
  totalSteps: number;
  /** Cross-entropy of the last step's batch, in nats. */
  loss: number;
}

/** A classifier at its last step, and what it says of the test images. */
export interface TrainedClassifier {
  /** Of each test image and class, float32 `[M, C]`; rows sum to 1. */
  probabilities: Float32Array;
  /** The most probable class of each, int32 `[M]`. */
  predictions: Int32Array;
  /** Share of test images whose class is the most probable, or among the five most probable. */
  top1: number;
  top5: number;
  /** Cross-entropy of each step's batch, in nats. */
  losses: number[];
  /** All weights and running statistics, by name. */
  tensors: NamedTensors;
}

/**
 * The least steps of a training whose length was not told. The paper's 60 epochs at 1 % are 188
 * steps on ImageNet (12,811 images in batches of 4,096); 60 passes over ten images would be 60.
 */
export const LEAST_STEPS = 200;

/**
 * Batches smaller than this do not normalise: mean and variance of a handful of images say more of
 * these images than of the layer, so that a trained encoder keeps the running statistics that it has.
 * From scratch there are none worth keeping, and the batch's own count whatever its size.
 */
export const LEAST_NORMALISING_BATCH = 8;

/**
 * Trains a classifier on an encoder with labels, and tests it once, after the last step: whatever
 * happens on the way is decided without the test images.
 *
 * Unless told otherwise this is the fine-tuning of arXiv 2002.05709 appendix B.5: Nesterov's momentum
 * at 0.05·N/256, neither warm-up, decay nor regularisation, random crops and flips alone. The paper
 * takes batches of 4,096; here they are smaller, as there are fewer images.
 *
 * @param options What, on what, how.
 * @returns What the last step's classifier says of the test images, and its weights: a function of
 * the options, bit for bit on one machine.
 * @throws {LookalikeError} `invalid_input` if a setting is out of range or the head has no such layer;
 * `not_finite` if the loss is no longer finite; `interrupted` if the signal ended it.
 */
export async function trainClassifier(options: TrainClassifierOptions): Promise<TrainedClassifier> {
  const { train, test, signal, onProgress = () => {} } = options;
  const settings = settingsOf(options);
  const { seed, totalSteps, schedule } = settings;
  const network = createClassifierNetwork({
    ...options,
    ...settings,
    classes: train.classes.length,
  });
  const batches = await createBatches(train, { ...settings, labels: train.labels });
  const learner = createClassifierLearner(network, { ...settings, batches, size: test.side });
  try {
    const losses: number[] = [];
    for (let step = 0; step < totalSteps; step++) {
      if (signal?.aborted) throw interrupted(step, totalSteps);
      const rate = learningRateAt(step, schedule);
      losses.push(await trainStep(step, { batches, learner, seed, rate }));
      if (!Number.isFinite(losses[step])) throw notFinite(step);
      onProgress({ step: step + 1, totalSteps, loss: losses[step] });
    }
    const probabilities = await classProbabilities(network, test); // [M, C]
    if (!probabilities.every(Number.isFinite)) throw notFinite(totalSteps - 1); // by the last update
    const { labels } = test;
    return {
      probabilities,
      predictions: mostProbable(probabilities, train.classes.length),
      top1: topAccuracy(probabilities, { labels, k: 1 }),
      top5: topAccuracy(probabilities, { labels, k: 5 }),
      losses,
      tensors: await network.snapshot(),
    };
  } finally {
    learner.dispose();
    batches.dispose();
    network.dispose();
  }
}

/** Only the batch, the seed and the learning rate go in; the loss comes out. */
async function trainStep(
  step: number,
  run: { batches: Batches; learner: ClassifierLearner; seed: number; rate: number },
): Promise<number> {
  const { images, labels } = await run.batches.at(step);
  const seed = tf.tensor1d([run.seed, step], "int32");
  const rate = tf.scalar(run.rate);
  try {
    const { loss } = await run.learner.step(images, labels, seed, rate);
    const [value] = await loss.data();
    loss.dispose();
    return value;
  } finally {
    tf.dispose([images, labels, seed, rate]);
  }
}

/** Every setting with its value. */
function settingsOf(options: TrainClassifierOptions) {
  const {
    train,
    tensors,
    frozen = false,
    epochs = 60,
    leastSteps = options.epochs === undefined ? LEAST_STEPS : 1,
    learningRate = 0.05,
    schedule: kind = "constant",
    momentum = 0.9,
    weightDecay = 0,
    cropArea = 0.08,
    flipProbability = 0.5,
    seed = 0,
    precision = "float32",
    residentBytes = 4 * 2 ** 30,
  } = options;
  const batchSize = Math.min(options.batchSize ?? 64, train.count);
  checkPositive({ epochs, batchSize, learningRate });
  const totalSteps = Math.max(leastSteps, Math.round(epochs * train.count / batchSize));
  const peak = scaledLearningRate(learningRate, { batchSize, scaling: "linear" });
  const keepsStatistics = tensors !== null && batchSize < LEAST_NORMALISING_BATCH;
  const moves: ClassifierLearnerOptions["moves"] = frozen
    ? "classifier"
    : keepsStatistics
    ? "everything but statistics"
    : "everything";
  if (moves === "everything" && batchSize < 2) throw batchOfOne();
  return {
    batchSize,
    totalSteps,
    schedule: { kind, peak, warmupSteps: 0, totalSteps },
    moves,
    momentum,
    weightDecay,
    cropArea,
    flipProbability,
    seed,
    precision,
    residentBytes,
  };
}

function checkPositive(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new LookalikeError(
      "invalid_input",
      `Cannot train a classifier as ${name} must be above 0: it is ${value}.`,
      { param: name },
    );
  }
}

function batchOfOne(): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    "Cannot train from scratch as a batch must be of at least 2 images, whose mean and variance " +
      "normalise: it is of 1.",
    { param: "batchSize" },
  );
}

function interrupted(step: number, totalSteps: number): LookalikeError {
  const message = `Stopped after ${step} of ${totalSteps} steps of a classifier.`;
  return new LookalikeError("interrupted", message);
}

function notFinite(step: number): LookalikeError {
  return new LookalikeError(
    "not_finite",
    `Cannot go on as the classifier's loss is no longer finite at step ${step + 1}: lower its ` +
      "learning rate.",
  );
}
