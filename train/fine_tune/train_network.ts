import { LookalikeError } from "../../src/errors.ts";
import type { NamedTensors, ProjectionHeadShape } from "../../src/model/mod.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { createBatches } from "../batches.ts";
import type { Dataset } from "../dataset/mod.ts";
import { learningRateAt } from "../optimizer/learning_rate.ts";
import { createClassifierLearner } from "./classifier_learner.ts";
import { createClassifierNetwork } from "./classifier_network.ts";
import { identifyTraining } from "./identify_training.ts";
import { inferRows } from "./infer_rows.ts";
import { meanLength } from "./mean_length.ts";
import { readNetworkCheckpoint, writeNetworkCheckpoint } from "./network_checkpoint.ts";
import { trainStep } from "./train_step.ts";
import { type TrainingOptions, trainingSettings } from "./training_options.ts";
import { createUnlabelledLoss, type UnlabelledTerm, unlabelledViews } from "./unlabelled_images.ts";

/** A network at its last step. */
export interface TrainedNetwork {
  /** What it says of each judged image, float32 `[M, C]`; rows sum to 1. */
  probabilities: Float32Array;
  /** What each step minimised, in nats. */
  losses: number[];
  /** All weights and running statistics, by name. */
  tensors: NamedTensors;
  /** The sizes of its projection head; null where it has none. */
  head: ProjectionHeadShape | null;
  /** To what length that is scaled which it classifies by; null for as it is. */
  length: number | null;
}

/** Images that a network is asked about; their side is the network's. */
export type JudgedImages = Pick<Dataset, "count" | "rows" | "side">;

/** What a training takes that has every part in its hands. */
export interface TrainNetworkOptions extends TrainingOptions {
  /** What unlabelled images add to each step; null where none take part. */
  unlabelled: UnlabelledTerm | null;
  /** What is asked about once, after the last step. */
  judged: JudgedImages;
}

const CHECKPOINT_SECONDS = 60;

/**
 * Trains a network with labels, from its checkpoint where it has one: it then ends as if it had never
 * stopped, bit for bit on one machine.
 *
 * @param options What, on what, how, and what it is asked about at its end.
 * @returns The network's weights, and what it says of those images.
 * @throws {LookalikeError} As `trainClassifier` does.
 */
export async function trainNetwork(options: TrainNetworkOptions): Promise<TrainedNetwork> {
  const { train, judged, unlabelled: term, checkpoints, signal, onProgress = () => {} } = options;
  const settings = trainingSettings(options, unlabelledViews(term));
  const { seed, totalSteps, schedule } = settings;
  const classes = train.classes.length;
  const projects = term?.way === "contrastive";
  const parts = { ...options, ...settings, classes, projects, length: null };

  const training = identifyTraining(options, settings);
  const saved = checkpoints && await readNetworkCheckpoint(checkpoints.folder, training);
  const usualLength = () => settings.unitFeatures ? meanLength(parts, train) : null;
  const length = saved ? saved.length : await usualLength();
  const network = createClassifierNetwork({ ...parts, length });
  const batches = await createBatches(train, { ...settings, labels: train.labels });
  const unlabelled = term && await createUnlabelledLoss(term, { ...settings, classes });
  const learner = createClassifierLearner(network, {
    ...settings,
    batches,
    unlabelled,
    size: judged.side,
  });
  try {
    if (saved) learner.restore(saved.tensors);
    const losses = saved ? saved.losses : [];
    let savedAt = { step: losses.length, time: performance.now() };
    const save = async () => {
      const step = losses.length;
      if (!checkpoints || step === savedAt.step) return;
      const tensors = await learner.snapshot();
      await writeNetworkCheckpoint(checkpoints.folder, { step, training, length, losses, tensors });
      savedAt = { step, time: performance.now() };
      checkpoints.onSaved?.(step, totalSteps);
    };
    for (let step = losses.length; step < totalSteps; step++) {
      if (signal?.aborted) {
        await save();
        throw interrupted(step, totalSteps);
      }
      const learningRate = learningRateAt(step, schedule);
      const loss = await trainStep(step, { batches, unlabelled, learner, seed, learningRate });
      if (!Number.isFinite(loss)) throw notFinite(step);
      losses.push(loss);
      onProgress({ step: step + 1, totalSteps, loss, learningRate });
      const { every = CHECKPOINT_SECONDS } = checkpoints ?? {};
      if (performance.now() - savedAt.time >= every * 1000) await save();
    }
    const probabilities = await inferRows(network, judged, { // [M, C]
      of: ({ features }) => tf.softmax(network.logits(features)),
      width: classes,
    });
    if (!probabilities.every(Number.isFinite)) throw notFinite(totalSteps - 1); // by the last update
    await save();
    return { probabilities, losses, tensors: await network.snapshot(), head: network.head, length };
  } finally {
    learner.dispose();
    unlabelled?.dispose();
    batches.dispose();
    network.dispose();
  }
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
