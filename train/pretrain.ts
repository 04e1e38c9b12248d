import { LookalikeError } from "../src/errors.ts";
import { sha256 } from "../src/files.ts";
import type { NamedTensors } from "../src/model/mod.ts";
import { type Precision, tf } from "../src/tensorflow/mod.ts";
import { type Batches, createBatches } from "./batches.ts";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import type { PretrainConfig } from "./config.ts";
import type { Dataset } from "./dataset/mod.ts";
import { knownLabels } from "./known_labels.ts";
import { createLearner, type Learner } from "./learner.ts";
import { createLiveProbe } from "./live_probe.ts";
import { createViewStatistics, describeCollapse } from "./loss/view_statistics.ts";
import { describeSchedule } from "./optimizer/describe_schedule.ts";
import type { Progress, Reporter } from "./report.ts";
import { rateOf, schedulesOf, type Stretch } from "./stretches.ts";

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
  /** The encoder to begin from, by its reference, and its weights; null to draw them. */
  start?: { encoder: string; tensors: NamedTensors } | null;
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
 * @param config What to train and how. With more epochs than the checkpoint's, the run is extended.
 * @param run Images, folder, and who is told.
 * @returns The trained encoder within its learner, which the caller disposes.
 * @throws {LookalikeError} `invalid_input` if a batch is larger than the dataset, or the loss takes
 * labels and there are none; `conflict` if the checkpoint is of other images or another
 * configuration; `not_finite` if the loss is no longer finite: the last good checkpoint is then kept.
 */
export async function pretrain(config: PretrainConfig, run: PretrainRun): Promise<Pretrained> {
  const { dataset, probed, folder, precision, report, signal } = run;
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
    start: run.start?.tensors,
  });
  const probe = probed && config.probeEvery > 0
    ? createLiveProbe(learner.encoder, { ...probed, seed, precision })
    : null;
  const views = learner.head && createViewStatistics();
  const stepsPerEpoch = Math.floor(batches.perEpoch / accumulationSteps);
  const totalSteps = epochs * stepsPerEpoch;
  const images = sha256(dataset.names.join("\n"));
  const state = resumed(run.checkpoint, {
    ...{ config, images, precision, learner },
    start: run.start?.encoder,
  });
  const { history, stretches } = state;
  const schedules = schedulesOf(config, stretches, stepsPerEpoch);
  report.say(`Learning: ${describeSchedule(schedules.at(-1)!, stepsPerEpoch)}.`);
  const checkpoint = async (step: number) => {
    await writeCheckpoint(folder, {
      ...{ run: run.id, source: run.source, startedFrom: state.startedFrom },
      ...{ step, finished: step === totalSteps, stretches, precision, images, history },
      configuration: config,
      tensors: await learner.snapshot(),
    });
  };

  let { step } = state;
  let losses: tf.Scalar[] = [];
  let { knn, linear } = history.at(-1) ?? { knn: null, linear: null };
  let hasCollapsed = false;
  let reportedAt = performance.now();
  let savedAt = performance.now();
  while (step < totalSteps && !signal?.aborted) {
    const learningRate = rateOf(step, schedules);
    const { loss, z } = await trainStep(step, { batches, learner, config, learningRate });
    losses.push(loss);
    step++;
    const epoch = Math.ceil(step / stepsPerEpoch);
    const isEpochEnd = step % stepsPerEpoch === 0;

    if (step % config.reportEvery === 0 || isEpochEnd) {
      const loss = await meanOf(losses);
      if (!Number.isFinite(loss)) throw notFinite(step);
      const seconds = (performance.now() - reportedAt) / 1000;
      if (probe && isEpochEnd && epoch % config.probeEvery === 0) {
        ({ knn, linear } = await probe.measure());
      }
      const progress = {
        ...{ step, totalSteps, epoch, epochs, loss, learningRate, knn, linear },
        imagesPerSecond: losses.length * accumulationSteps * batchSize / seconds,
        secondsLeft: (totalSteps - step) * seconds / losses.length,
        views: views && await views.measure(z),
      };
      history.push(progress);
      report.progress(progress);
      const collapse = progress.views && describeCollapse(progress.views, Math.min(...z.shape));
      if (collapse && !hasCollapsed) report.say(collapse);
      hasCollapsed = collapse !== null;
      losses = [];
      reportedAt = performance.now();
    }
    z.dispose();
    if (performance.now() - savedAt > config.checkpointEvery * 1000) {
      await checkpoint(step);
      savedAt = performance.now();
    }
  }
  for (const loss of losses) loss.dispose();
  if (step > state.step) await checkpoint(step);
  views?.dispose();
  batches.dispose();
  return { learner, finished: step === totalSteps, history };
}

/** One update: only batch, seed and learning rate go in; the loss comes out and is read later. */
async function trainStep(
  step: number,
  run: { batches: Batches; learner: Learner; config: PretrainConfig; learningRate: number },
): Promise<{ loss: tf.Scalar; z: tf.Tensor2D }> {
  const { batches, learner, config } = run;
  const learningRate = tf.scalar(run.learningRate);
  const last = (step + 1) * config.accumulationSteps - 1;
  try {
    for (let index = last - config.accumulationSteps + 1;; index++) {
      const { images, labels } = await batches.at(index);
      const seed = tf.tensor1d([config.seed, index], "int32");
      try {
        const compiled = index === last ? learner.step : learner.accumulate;
        const result = await compiled(images, labels, seed, learningRate);
        if (index === last) return result;
        tf.dispose(result);
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

/** Where a run begins or goes on. */
interface Begun {
  step: number;
  stretches: Stretch[];
  startedFrom: string | null;
  history: Progress[];
}

/** Sets the learner to the checkpoint, if there is one, and refuses one of another run. */
function resumed(
  checkpoint: Checkpoint | null,
  run: {
    config: PretrainConfig;
    images: string;
    precision: Precision;
    learner: Learner;
    start?: string;
  },
): Begun {
  const { epochs } = run.config;
  if (!checkpoint) {
    return {
      step: 0,
      stretches: [{ fromStep: 0, epochs }],
      startedFrom: run.start ?? null,
      history: [],
    };
  }
  const before = { ...checkpoint.configuration, ran: checkpoint.precision } as ConfigRecord;
  const now = { ...run.config, ran: run.precision } as ConfigRecord;
  const isLonger = epochs > checkpoint.configuration.epochs;
  const changed = Object.keys(now).filter((key) =>
    before[key] !== now[key] && !isHarmless(key) && !(key === "epochs" && isLonger)
  );
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
  const { step, startedFrom } = checkpoint;
  const extension = isLonger ? [{ fromStep: step, epochs }] : [];
  return {
    step,
    stretches: [
      ...checkpoint.stretches.filter(({ fromStep }) => !isLonger || fromStep < step),
      ...extension,
    ],
    startedFrom,
    history: [...checkpoint.history],
  };
}

type ConfigRecord = Record<string, unknown>;

/** What may change within a run: it decides what is shown and kept, not what is computed. */
function isHarmless(key: string): boolean {
  return ["reportEvery", "checkpointEvery", "probeEvery", "residentLimit", "precision"].includes(
    key,
  );
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
