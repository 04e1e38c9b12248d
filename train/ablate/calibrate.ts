import { join } from "node:path";
import type { PretrainConfig } from "../config.ts";
import { type Cell, cellId } from "./cell.ts";
import { shapeOf } from "./costs.ts";
import type { Job } from "./job.ts";
import type { Costs } from "./plan.ts";
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
 * @param configs The cells' configurations; each shape is tried.
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
  const testImagesPerClass = Math.max(1, Math.min(available.test, Math.floor(200 / classes)));
  // The first shapes come again where workers would else be idle, and the others too fast.
  const count = workers * Math.ceil(shapes.length / workers);
  const tasks = Array.from({ length: count }, (_, index) => {
    const config = { ...shapes[index % shapes.length], seed: index };
    const measured = index < workers;
    const cell = calibrationCell(config, { classes, available: available.train, measured });
    return { id: cell.id, after: null, shape: shapeOf(config), measured, cell };
  });
  const timings: { shape: string; start: number; visit: number; measuring: number | null }[] = [];
  onProgress(0, count);
  await runPool(tasks, {
    workers,
    async run({ id, shape, measured, cell }) {
      const files = {
        encoderToRead: null,
        encoderToWrite: null,
        workFolder: join(workFolder, id),
      };
      const { timing } = await runCell({ ...job, cell, testImagesPerClass, ...files }, { signal });
      const images = (cell.config.imagesPerClass! + testImagesPerClass) * classes;
      timings.push({ ...timing, shape, measuring: measured ? timing.measuring / images : null });
      onProgress(timings.length, count);
    },
  });
  await Deno.remove(workFolder, { recursive: true });
  const byShape = Map.groupBy(timings, ({ shape }) => shape);
  return {
    start: Math.max(...timings.map(({ start }) => start)),
    visit: Object.fromEntries(
      [...byShape].map(([shape, own]) => [shape, Math.max(...own.map(({ visit }) => visit))]),
    ),
    measuring: Math.max(...timings.map(({ measuring }) => measuring ?? 0)),
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
