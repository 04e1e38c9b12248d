import { LookalikeError } from "../src/errors.ts";
import { sha256 } from "../src/files.ts";
import { type Precision, tf } from "../src/tensorflow/mod.ts";
import { type Batches, createBatches } from "./batches.ts";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import type { PretrainConfig } from "./config.ts";
import type { Dataset } from "./dataset/mod.ts";
import { createLearner, type Learner } from "./learner.ts";
import { createLiveKnn } from "./live_knn.ts";
import { learningRateAt, scaledLearningRate } from "./optimizer/learning_rate.ts";
import type { Progress, Reporter } from "./report.ts";

/** One run of pretraining. */
export interface PretrainRun {
  /** Tells this run from another; kept in its checkpoints. */
  id: string;
  /** Where the images came from; kept in its checkpoints. */
  source: string;
  /** What it learns from. */
  dataset: Dataset;
  /** What live kNN is measured on, if there is something. */
  heldOut: Dataset | null;
  /** What to go on from, or null to begin. */
  checkpoint: Checkpoint | null;
  /** Where its checkpoints go. */
  folder: string;
  precision: Precision;
  report: Reporter;
  /** Ends the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
}

/** A run at its end, or where it was stopped. */
export interface Pretrained {
  learner: Learner;
  /** Whether all steps are done. */
  finished: boolean;
  history: Progress[];
}

/**
 * SimCLR pretraining (arXiv 2002.05709, algorithm 1): goes on from a checkpoint, if it is given one,
 * and ends as if it had never stopped, bit for bit on one machine.
 *
 * @param config What to train and how.
 * @param run Images, folder, and who is told.
 * @returns The trained encoder within its learner, which the caller disposes.
 * @throws {LookalikeError} `invalid_input` if a batch is larger than the dataset; `conflict` if the
 * checkpoint is of other images or another configuration; `not_finite` if the loss is no longer
 * finite: the last good checkpoint is then kept.
 */
export async function pretrain(config: PretrainConfig, run: PretrainRun): Promise<Pretrained> {
  const { dataset, heldOut, folder, precision, report, signal } = run;
  const { batchSize, seed, epochs } = config;
  if (dataset.count < batchSize) throw tooFewImages(dataset.count, batchSize);
  const residentBytes = config.residentLimit * 2 ** 20;
  const batches = await createBatches(dataset, { batchSize, seed, residentBytes });
  const learner = createLearner(config, { batches, precision });
  const knn = heldOut && config.knnEvery > 0
    ? createLiveKnn(learner.encoder, { train: dataset, heldOut, seed, precision })
    : null;
  const { stepsPerEpoch } = batches;
  const totalSteps = epochs * stepsPerEpoch;
  const schedule = {
    peak: scaledLearningRate(config.learningRate, {
      batchSize,
      scaling: config.learningRateScaling,
    }),
    warmupSteps: Math.round(config.warmupEpochs * stepsPerEpoch),
    totalSteps,
  };
  const images = sha256(dataset.names.join("\n"));
  const state = resumed(run.checkpoint, { config, images, precision, learner });
  const { history } = state;
  const checkpoint = async (step: number) => {
    const finished = step === totalSteps;
    const record = { run: run.id, source: run.source, step, finished, precision, images, history };
    const tensors = await learner.snapshot();
    await writeCheckpoint(folder, { ...record, configuration: config, tensors });
  };

  let { step } = state;
  let losses: tf.Scalar[] = [];
  let accuracy = history.at(-1)?.knn ?? null;
  let reportedAt = performance.now();
  let savedAt = performance.now();
  while (step < totalSteps && !signal?.aborted) {
    losses.push(await trainStep(step, { batches, learner, seed, schedule }));
    step++;
    const epoch = Math.ceil(step / stepsPerEpoch);
    const isEpochEnd = step % stepsPerEpoch === 0;

    if (step % config.reportEvery === 0 || isEpochEnd) {
      const loss = await meanOf(losses);
      if (!Number.isFinite(loss)) throw notFinite(step);
      const seconds = (performance.now() - reportedAt) / 1000;
      if (knn && isEpochEnd && epoch % config.knnEvery === 0) accuracy = await knn.measure();
      const progress = {
        step,
        totalSteps,
        epoch,
        epochs,
        loss,
        knn: accuracy,
        learningRate: learningRateAt(step - 1, schedule),
        imagesPerSecond: losses.length * batchSize / seconds,
        secondsLeft: (totalSteps - step) * seconds / losses.length,
      };
      history.push(progress);
      report.progress(progress);
      losses = [];
      reportedAt = performance.now();
    }
    if (performance.now() - savedAt > config.checkpointEvery * 1000) {
      await checkpoint(step);
      savedAt = performance.now();
    }
  }
  for (const loss of losses) loss.dispose();
  if (step > state.step) await checkpoint(step);
  batches.dispose();
  return { learner, finished: step === totalSteps, history };
}

/** Only the batch, the seed and the learning rate go in; the loss comes out and is read later. */
async function trainStep(
  step: number,
  run: {
    batches: Batches;
    learner: Learner;
    seed: number;
    schedule: Parameters<typeof learningRateAt>[1];
  },
): Promise<tf.Scalar> {
  const batch = await run.batches.at(step);
  const seed = tf.tensor1d([run.seed, step], "int32");
  const learningRate = tf.scalar(learningRateAt(step, run.schedule));
  try {
    return (await run.learner.step(batch, seed, learningRate)).loss;
  } finally {
    tf.dispose([batch, seed, learningRate]);
  }
}

async function meanOf(losses: tf.Scalar[]): Promise<number> {
  let sum = 0;
  for (const loss of losses) {
    sum += (await loss.data())[0];
    loss.dispose();
  }
  return sum / losses.length;
}

/** Sets the learner to the checkpoint, if there is one, and refuses one of another run. */
function resumed(
  checkpoint: Checkpoint | null,
  run: { config: PretrainConfig; images: string; precision: Precision; learner: Learner },
): { step: number; history: Progress[] } {
  if (!checkpoint) return { step: 0, history: [] };
  const before = { ...checkpoint.configuration, ran: checkpoint.precision } as ConfigRecord;
  const now = { ...run.config, ran: run.precision } as ConfigRecord;
  const changed = Object.keys(now).filter((key) => before[key] !== now[key] && !isHarmless(key));
  if (changed.length > 0 || checkpoint.images !== run.images) {
    const what = checkpoint.images === run.images
      ? changed.map((key) => `${key} was ${before[key]} and is ${now[key]}`).join(", ")
      : "its images were others";
    throw new LookalikeError(
      "conflict",
      `Cannot resume as the run must go on as it began: ${what}. Begin anew with --restart, ` +
        "or choose another --name.",
    );
  }
  run.learner.restore(checkpoint.tensors);
  return { step: checkpoint.step, history: [...checkpoint.history] };
}

type ConfigRecord = Record<string, unknown>;

/** What may change within a run: it decides what is shown and kept, not what is computed. */
function isHarmless(key: string): boolean {
  return ["reportEvery", "checkpointEvery", "knnEvery", "residentLimit", "precision"].includes(key);
}

function tooFewImages(count: number, batchSize: number): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot train on ${count} images as a batch takes ${batchSize}: lower --batch-size.`,
    { param: "batchSize" },
  );
}

function notFinite(step: number): LookalikeError {
  return new LookalikeError(
    "not_finite",
    `Cannot go on as the loss is no longer finite at step ${step}: lower --learning-rate or ` +
      "lengthen --warmup-epochs. The last good checkpoint is kept.",
  );
}
