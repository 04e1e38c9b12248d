import { LookalikeError } from "../../src/errors.ts";
import type { EncoderArchitecture, NamedTensors } from "../../src/model/mod.ts";
import type { Precision } from "../../src/tensorflow/mod.ts";
import type { LabelledDataset } from "../evaluate/labelled_dataset.ts";
import { scaledLearningRate } from "../optimizer/learning_rate.ts";
import type { ClassifierLearnerOptions } from "./classifier_learner.ts";
import type { HeadLayer } from "./classifier_network.ts";
import type { CheckpointOptions } from "./network_checkpoint.ts";
import type { ViewOptions } from "./one_view.ts";

/** What is trained, on what, and how; what is not given is as the paper has it. */
export interface TrainingOptions extends Partial<ViewOptions> {
  architecture: EncoderArchitecture;
  /** The encoder's weights, as the store has them; null begins from scratch, with random ones. */
  tensors: NamedTensors | null;
  /** The projection head, and the layer of it to classify by in place of h. */
  head?: HeadLayer;
  /**
   * Classify by s·h/|h|, s being the mean |h| of the training images at the beginning: what vectors
   * of length 1, as the service has them, can be classified by too. Without it, by h.
   */
  unitFeatures?: boolean;
  /** Train the classifier alone; without it, everything. */
  frozen?: boolean;
  /** What is learnt from. */
  train: LabelledDataset;
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
  /** Images up to this size lie on the device; 4 GiB unless told. */
  residentBytes?: number;
  /** Where it keeps what it needs to go on; without it, a training that is stopped begins anew. */
  checkpoints?: CheckpointOptions;
  /** Ends it after the step under way, with a checkpoint if it keeps any, by the error `interrupted`. */
  signal?: AbortSignal;
  /** Told after each step. */
  onProgress?: (progress: ClassifierProgress) => void;
}

/** How far a training is. */
export interface ClassifierProgress {
  /** Steps done, of how many. */
  step: number;
  totalSteps: number;
  /** What the last step minimised: cross-entropy, with what unlabelled images add, in nats. */
  loss: number;
  /** The last step's. */
  learningRate: number;
}

/**
 * The least steps of a training whose length was not told. The paper's 60 epochs at 1 % are 188
 * steps on ImageNet (12,811 images in batches of 4,096); 60 passes over ten images would be 60.
 */
export const LEAST_STEPS = 200;

/**
 * Batches smaller than this do not normalise: mean and variance of a handful of images say more of
 * these images than of the layer, so that a trained encoder keeps the running statistics that it has.
 * From scratch there are none worth keeping, and the batch's own count whatever its size. Views of
 * unlabelled images count, as they are in the same batch.
 */
export const LEAST_NORMALISING_BATCH = 8;

/**
 * Every setting with its value.
 *
 * @param options What was told.
 * @param beside How many views of unlabelled images stand beside the labelled ones in a step.
 * @returns The settings.
 * @throws {LookalikeError} `invalid_input` if one is out of range.
 */
export function trainingSettings(options: TrainingOptions, beside: number) {
  const {
    train,
    tensors,
    frozen = false,
    unitFeatures = false,
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
  const views = batchSize + beside;
  const keepsStatistics = tensors !== null && views < LEAST_NORMALISING_BATCH;
  const moves: ClassifierLearnerOptions["moves"] = frozen
    ? "classifier"
    : keepsStatistics
    ? "everything but statistics"
    : "everything";
  if (moves === "everything" && views < 2) throw batchOfOne();
  return {
    batchSize,
    totalSteps,
    schedule: { kind, peak, warmupSteps: 0, totalSteps },
    moves,
    unitFeatures,
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
