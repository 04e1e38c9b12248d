import { rm } from "node:fs/promises";
import type { PretrainConfig } from "../config.ts";
import { type Cell, cellId, type CellResult } from "./cell.ts";
import { shapeOf } from "./costs.ts";
import type { Job } from "./job.ts";
import { type Costs } from "./plan.ts";
import { runPool } from "./pool.ts";
import { runCell } from "./run_cell.ts";

/** Steps of a calibration, the first of which compiles. */
const STEPS = 4;
/** Training images that measuring is timed with, as far as there are so many. */
const MEASURED = 1000;

/** What calibration needs to know. */
export interface CalibrationOptions {
  /** What jobs have in common. */
  job: Pick<Job, "source" | "cacheFolder" | "device" | "threads" | "precision">;
  classes: number;
  /** Images that there are of each class. */
  available: { train: number; test: number };
  /** As many at a time as later, so that they slow each other as they will then. */
  workers: number;
  workFolder: string;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/**
 * Measures what cells cost: a few steps of each shape and the measuring of features, in processes
 * like those of the cells, as many at a time.
 *
 * @param configs The cells' configurations; each shape is tried once.
 * @param options The images, and how.
 * @returns The costs.
 * @throws {LookalikeError} As `runCell` does: a shape that cannot be trained here ends the run at
 * its beginning.
 */
export async function calibrate(
  configs: PretrainConfig[],
  options: CalibrationOptions,
): Promise<Costs> {
  const { job, classes, available, workers, workFolder, signal, onProgress } = options;
  const shapes = [...new Map(configs.map((config) => [shapeOf(config), config])).values()];
  const results = new Map<string, CellResult>();
  const tasks = shapes.map((config, index) => ({
    id: shapeOf(config),
    after: null,
    cell: calibrationCell(config, {
      classes,
      available: available.train,
      measured: index < workers,
    }),
  }));
  const testImagesPerClass = Math.max(1, Math.min(available.test, Math.floor(200 / classes)));
  onProgress(0, tasks.length);
  await runPool(tasks, {
    workers,
    async run({ id, cell }) {
      const files = {
        encoderToRead: null,
        encoderToWrite: null,
        workFolder: `${workFolder}/${cell.id}`,
      };
      const result = await runCell({ ...job, cell, testImagesPerClass, ...files }, { signal });
      results.set(id, result);
      onProgress(results.size, tasks.length);
    },
  });
  await rm(workFolder, { recursive: true, force: true });
  const timings = tasks.map(({ id, cell }) => ({ cell, ...results.get(id)!.timing }));
  // The first ones measured as many images as cells do.
  const measured = timings.slice(0, workers).map(({ cell, measuring }) =>
    measuring / (cell.config.imagesPerClass! + testImagesPerClass) / classes
  );
  return {
    start: Math.max(...timings.map(({ start }) => start)),
    visit: Object.fromEntries(tasks.map(({ id }) => [id, results.get(id)!.timing.visit])),
    measuring: Math.max(...measured),
  };
}

/** A cell of a few steps, on as many images as they take, or on as many as measuring is timed with. */
function calibrationCell(
  config: PretrainConfig,
  options: { classes: number; available: number; measured: boolean },
): Cell {
  const { classes, available, measured } = options;
  const images = Math.max(STEPS * config.batchSize, measured ? MEASURED : 0);
  const imagesPerClass = Math.min(available, Math.ceil(images / classes));
  const epochs = Math.ceil(STEPS / Math.floor(imagesPerClass * classes / config.batchSize));
  const own: PretrainConfig = {
    ...config,
    epochs,
    warmupEpochs: 0,
    imagesPerClass,
    reportEvery: 1,
    learningRate: 1e-9,
  };
  const identity = { config: own, fineTuning: null };
  return { id: cellId(identity), uses: [], measures: [], kept: false, seconds: 0, ...identity };
}
