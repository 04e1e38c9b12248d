import { decodeSafetensors, encodeSafetensors } from "../../src/encoders/safetensors.ts";
import { LookalikeError } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { architectureOf } from "../architecture_of.ts";
import { type Checkpoint, readCheckpoint } from "../checkpoint.ts";
import { openDataset } from "../dataset/mod.ts";
import { type LabelledSplits, openLabelledSplits, selectLabelled } from "../evaluate/mod.ts";
import { chooseLabels, trainClassifier } from "../fine_tune/mod.ts";
import { pretrain } from "../pretrain.ts";
import type { Reporter } from "../report.ts";
import type { CellResult } from "./cell.ts";
import { createFeatureReader } from "./features.ts";
import type { Job } from "./job.ts";
import { measure } from "./measure.ts";
import { FINE_TUNE_BATCH } from "./resolve_cells.ts";

/** Beside what a cell is told: when its process began, and who is told how far it is. */
export interface CellRun {
  /** As `performance.now()` has it (milliseconds). */
  startedAt: number;
  onProgress: (share: number) => void;
}

/** What a cell found, and how long a visit of an image took. */
type Outcome = Pick<CellResult, "figures"> & {
  /** When the first step was done (milliseconds), and what one visit takes (seconds). */
  firstStepAt: number;
  visit: number;
  /** When training ended (milliseconds). */
  trainedAt: number;
};

/**
 * Trains and measures one cell. TensorFlow must be running.
 *
 * A cell that was stopped goes on from its checkpoint.
 *
 * @param job The cell, its images and files.
 * @param run When it began, and who is told.
 * @returns Its figures, and what it cost.
 * @throws {LookalikeError} As `pretrain` or `trainClassifier` do.
 */
export async function trainCell(job: Job, run: CellRun): Promise<CellResult> {
  const { cell, source, cacheFolder, testImagesPerClass } = job;
  using splits = await openLabelledSplits(source, {
    side: cell.config.imageSize,
    imagesPerClass: cell.config.imagesPerClass ?? undefined,
    testImagesPerClass: testImagesPerClass ?? undefined,
    cacheFolder,
  });
  const outcome = cell.fineTuning
    ? await fineTune(job, splits, run)
    : await pretrainAndProbe(job, splits, run);
  const now = performance.now();
  return {
    id: cell.id,
    figures: outcome.figures,
    timing: {
      start: (outcome.firstStepAt - run.startedAt) / 1000,
      visit: outcome.visit,
      measuring: (now - outcome.trainedAt) / 1000,
      total: (now - run.startedAt) / 1000,
    },
  };
}

async function pretrainAndProbe(
  { cell, source, cacheFolder, precision, workFolder, encoderToWrite }: Job,
  splits: LabelledSplits,
  { startedAt, onProgress }: CellRun,
): Promise<Outcome> {
  const { config } = cell;
  const { storedSize, imagesPerClass } = config;
  // Crops are cut from larger images than are measured, where the configuration says so.
  using stored = storedSize === null ? null : await openDataset(source, {
    side: storedSize,
    split: "train",
    imagesPerClass: imagesPerClass ?? undefined,
    cacheFolder,
  });
  let firstStepAt = startedAt;
  const report: Reporter = {
    progress({ step, totalSteps }) {
      if (firstStepAt === startedAt) firstStepAt = performance.now();
      onProgress(step / totalSteps);
    },
    activity: () => {},
    say: () => {},
  };
  const { learner, history } = await pretrain(config, {
    id: cell.id,
    source,
    dataset: stored ?? splits.train,
    probed: null,
    checkpoint: await checkpointOf(workFolder),
    folder: workFolder,
    precision,
    report,
  });
  const trainedAt = performance.now();
  try {
    const reader = createFeatureReader(learner, { side: config.imageSize, precision });
    const { measures } = cell;
    const figures = await measure(reader, { splits, measures, seed: config.seed });
    reader.dispose();
    if (encoderToWrite !== null) {
      const tensors = await learner.encoder.snapshot();
      await writeFileAtomic(encoderToWrite, encodeSafetensors(tensors));
    }
    const speeds = history.map(({ imagesPerSecond }) => imagesPerSecond);
    const steady = speeds.length > 1 ? speeds.slice(1) : speeds; // the first waits for compilation
    return { figures, firstStepAt, visit: 1 / median(steady), trainedAt };
  } finally {
    learner.dispose();
  }
}

async function fineTune(
  { cell, precision, encoderToRead }: Job,
  { train, test }: LabelledSplits,
  { startedAt, onProgress }: CellRun,
): Promise<Outcome> {
  const { config } = cell;
  const { perClass, epochs } = cell.fineTuning!;
  const { seed } = config;
  const indices = chooseLabels(train.labels, { budget: { perClass }, seed });
  let firstStepAt = startedAt;
  let steps = 1;
  const { top1 } = await trainClassifier({
    architecture: architectureOf(config),
    tensors: encoderToRead === null ? null : decodeSafetensors(await Deno.readFile(encoderToRead)),
    train: selectLabelled(train, indices),
    test,
    epochs,
    batchSize: Math.min(FINE_TUNE_BATCH, indices.length),
    seed,
    precision,
    onProgress({ step, totalSteps }) {
      if (firstStepAt === startedAt) firstStepAt = performance.now();
      steps = step;
      onProgress(step / totalSteps);
    },
  });
  const trainedAt = performance.now(); // testing included, which is short
  const visits = Math.max(1, steps - 1) * Math.min(FINE_TUNE_BATCH, indices.length);
  const visit = (trainedAt - firstStepAt) / 1000 / visits;
  return { figures: { top1 }, firstStepAt, visit, trainedAt };
}

/** A checkpoint that cannot be read is no loss: the cell begins anew. */
async function checkpointOf(folder: string): Promise<Checkpoint | null> {
  try {
    return await readCheckpoint(folder);
  } catch (error) {
    if (!(error instanceof LookalikeError) || error.code !== "damaged") throw error;
    await Deno.remove(folder, { recursive: true });
    return null;
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
