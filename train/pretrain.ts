import { LookalikeError } from "../src/errors.ts";
import { sha256 } from "../src/files.ts";
import type { EncoderArchitecture, NamedTensors } from "../src/model/mod.ts";
import { type Precision, tf } from "../src/tensorflow/mod.ts";
import { type Batches, createBatches } from "./batches.ts";
import { beginRun } from "./begin_run.ts";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import type { PretrainConfig } from "./config.ts";
import type { Dataset } from "./dataset/mod.ts";
import { knownLabels } from "./known_labels.ts";
import { createLearner, type Learner } from "./learner.ts";
import { createLiveProbe } from "./live_probe.ts";
import { createViewStatistics, describeCollapse } from "./loss/view_statistics.ts";
import { describeSchedule } from "./optimizer/describe_schedule.ts";
import type { Progress, Reporter } from "./report.ts";
import { rateOf, schedulesOf } from "./stretches.ts";

/** One run of pretraining. */
export interface PretrainRun {
  /** Tells this run from another; kept in its checkpoints. */
  id: string;
  /** Where the images came from; kept in its checkpoints. */
  source: string;
  /** What it learns from. */
  dataset: Dataset;
  /** What the live probe learns from and is measured on, if there is something. */
  probed: { examples: Dataset; heldOut: Dataset } | null;
  /** What to go on from, or null to begin. */
  checkpoint: Checkpoint | null;
  /** The encoder to begin from: its reference, what it is made of, its weights; null to draw them. */
  start?: { encoder: string; architecture: EncoderArchitecture; tensors: NamedTensors } | null;
  /** Where its checkpoints go. */
  folder: string;
  precision: Precision;
  report: Reporter;
  /** Told of each checkpoint once it is written: how many steps are done. */
  onCheckpoint?: (step: number) => void;
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
 * @param config What to train and how. With more epochs than the checkpoint's, the run is extended.
 * @param run Images, folder, and who is told.
 * @returns The trained encoder within its learner, which the caller disposes.
 * @throws {LookalikeError} `invalid_input` if a batch is larger than the dataset, or the loss takes
 * labels and there are none; `conflict` if the checkpoint is of other images or another
 * configuration; `not_finite` if the loss is no longer finite: the last good checkpoint is then kept.
 */
export async function pretrain(config: PretrainConfig, run: PretrainRun): Promise<Pretrained> {
  const { dataset, probed, folder, precision, report, onCheckpoint = () => {}, signal } = run;
  const { batchSize, seed, epochs, accumulationSteps } = config;
  if (dataset.count < batchSize * accumulationSteps) throw tooFewImages(dataset.count, config);
  const batches = await createBatches(dataset, {
    batchSize,
    seed,
    residentBytes: config.residentLimit * 2 ** 20,
    labels: knownLabels(dataset, config),
  });
  const learner = createLearner(config, {
    batches,
    precision,
    classes: dataset.classes.length,
    architecture: run.checkpoint?.architecture ?? run.start?.architecture,
    start: run.start?.tensors,
  });
  const probe = probed && config.probeEvery > 0
    ? createLiveProbe(learner.encoder, { ...probed, seed, precision })
    : null;
  const views = learner.head && createViewStatistics();
  const stepsPerEpoch = Math.floor(batches.perEpoch / accumulationSteps);
  const totalSteps = epochs * stepsPerEpoch;
  const images = sha256(dataset.names.join("\n"));
  const begun = beginRun(run.checkpoint, {
    ...{ config, images, precision, learner },
    startedFrom: run.start?.encoder ?? null,
  });
  const { history, stretches, startedFrom } = begun;
  const schedules = schedulesOf(config, stretches, stepsPerEpoch);
  report.say(`Learning: ${describeSchedule(schedules.at(-1)!, stepsPerEpoch)}.`);
  const checkpoint = async (step: number) => {
    await writeCheckpoint(folder, {
      ...{ run: run.id, source: run.source, startedFrom },
      ...{ step, finished: step === totalSteps, stretches, precision, images, history },
      ...{ configuration: config, architecture: learner.encoder.architecture },
      tensors: await learner.snapshot(),
    });
    onCheckpoint(step);
  };

  let { step } = begun;
  let losses: tf.Scalar[] = [];
  let { knn, linear } = history.at(-1) ?? { knn: null, linear: null };
  let hasCollapsed = false;
  let reported = { step, at: performance.now() };
  let savedAt = performance.now();
  while (step < totalSteps && !signal?.aborted) {
    const learningRate = rateOf(step, schedules);
    const trained = await trainStep(step, { batches, learner, config, learningRate });
    losses.push(...trained.losses);
    step++;
    const epoch = Math.ceil(step / stepsPerEpoch);
    const isEpochEnd = step % stepsPerEpoch === 0;

    if (step % config.reportEvery === 0 || isEpochEnd) {
      const loss = await meanOf(losses);
      if (!Number.isFinite(loss)) throw notFinite(step);
      const seconds = (performance.now() - reported.at) / 1000;
      if (probe && isEpochEnd && epoch % config.probeEvery === 0) {
        ({ knn, linear } = await probe.measure());
      }
      const progress = {
        ...{ step, totalSteps, epoch, epochs, loss, learningRate, knn, linear },
        imagesPerSecond: losses.length * batchSize / seconds,
        secondsLeft: (totalSteps - step) * seconds / (step - reported.step),
        views: views && await views.measure(trained.z),
      };
      history.push(progress);
      report.progress(progress);
      const collapse = progress.views &&
        describeCollapse(progress.views, Math.min(...trained.z.shape));
      if (collapse && !hasCollapsed) report.say(collapse);
      hasCollapsed = collapse !== null;
      losses = [];
      reported = { step, at: performance.now() };
    }
    trained.z.dispose();
    if (performance.now() - savedAt > config.checkpointEvery * 1000) {
      await checkpoint(step);
      savedAt = performance.now();
    }
  }
  for (const loss of losses) loss.dispose();
  if (step > begun.step) await checkpoint(step);
  views?.dispose();
  batches.dispose();
  return { learner, finished: step === totalSteps, history };
}

/** One update: batches, seeds and the learning rate go in; losses and the last z come out, unread. */
async function trainStep(
  step: number,
  run: { batches: Batches; learner: Learner; config: PretrainConfig; learningRate: number },
): Promise<{ losses: tf.Scalar[]; z: tf.Tensor2D }> {
  const { batches, learner, config } = run;
  const learningRate = tf.scalar(run.learningRate);
  const losses: tf.Scalar[] = [];
  const last = (step + 1) * config.accumulationSteps - 1;
  try {
    for (let index = last - config.accumulationSteps + 1;; index++) {
      const { images, labels } = await batches.at(index);
      const seed = tf.tensor1d([config.seed, index], "int32");
      try {
        const compiled = index === last ? learner.step : learner.accumulate;
        const { loss, z } = await compiled(images, labels, seed, learningRate);
        losses.push(loss);
        if (index === last) return { losses, z };
        z.dispose();
      } finally {
        tf.dispose([images, labels, seed]);
      }
    }
  } finally {
    learningRate.dispose();
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

function tooFewImages(
  count: number,
  { batchSize, accumulationSteps }: PretrainConfig,
): LookalikeError {
  const times = accumulationSteps > 1 ? ` and an update ${accumulationSteps} of them` : "";
  return new LookalikeError(
    "invalid_input",
    `Cannot train on ${count} images as a batch takes ${batchSize}${times}: lower --batch-size.`,
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
