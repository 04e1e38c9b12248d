import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { fasterPrecision, type Runtime } from "../../src/tensorflow/mod.ts";
import { VERSION } from "../../src/version.ts";
import type { PretrainConfig } from "../config.ts";
import { openLabelledSplits } from "../evaluate/mod.ts";
import type { Reporter } from "../report.ts";
import { BASE } from "./base_configuration.ts";
import { calibrate } from "./calibrate.ts";
import { describeHardware } from "./describe_hardware.ts";
import { fitBudget } from "./fit_budget.ts";
import type { Plan } from "./plan.ts";
import { resolveCells } from "./resolve_cells.ts";
import type { Study } from "./study.ts";

/** What is asked for. */
export interface PlanRequest {
  studies: Study[];
  source: string;
  quick: boolean;
  budgetMinutes: number;
  seeds: number;
  workers: number;
  /** What differs from the base configuration in the whole run. */
  changes: Partial<PretrainConfig>;
  runtime: Runtime;
  cacheFolder: string;
  /** For the calibration's files; removed. */
  workFolder: string;
  report: Reporter;
  signal: AbortSignal;
}

/** Images of each class at most: what a run overnight, and one within the hour, can learn from. */
const MOST_IMAGES = { full: 1000, quick: 500 };
const MOST_TEST_IMAGES = { full: 500, quick: 200 };
/** What of the budget is planned with: the rest is for the report, and for cells that end unevenly. */
const PLANNED = 0.97;

/**
 * Decides what a run does: measures what cells cost here, and fits images and epochs to the budget.
 *
 * @param request What is asked for. TensorFlow must be running.
 * @returns The plan.
 * @throws {LookalikeError} `invalid_input` if the images have no labels or the budget is too short.
 */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { studies, source, quick, seeds, workers, changes, runtime, cacheFolder, report } = request;
  const startedAt = performance.now();
  const { imageSize, storedSize } = { ...BASE, ...changes };
  const size = quick ? "quick" : "full";
  const { available, classes } = await countImages(source, {
    sides: [imageSize, storedSize ?? imageSize],
    cacheFolder,
    report,
  });
  const { widthMultiplier } = { ...BASE, ...changes };
  const precision = await fasterPrecision({ channels: Math.round(64 * widthMultiplier) });
  const threads = workers === 1
    ? 0
    : Math.max(1, Math.floor(navigator.hardwareConcurrency / workers));
  const testImagesPerClass = Math.min(available.test, MOST_TEST_IMAGES[size]);
  const scale = { quick, seeds, precision, classes, changes };

  const some = resolveCells(studies, {
    ...scale,
    seeds: 1,
    epochs: 10,
    imagesPerClass: available.train,
  });
  const costs = await calibrate(some.cells.map(({ config }) => config), {
    job: { source, cacheFolder, device: runtime.device, threads, precision },
    classes,
    available,
    workers,
    workFolder: join(request.workFolder, "calibration"),
    signal: request.signal,
    onProgress: (done, total) => report.activity("calibrating", done, total),
  });
  const spent = (performance.now() - startedAt) / 1000;
  const fit = fitBudget({
    studies,
    scale,
    images: {
      available: available.train,
      most: MOST_IMAGES[size],
      testPerClass: testImagesPerClass,
    },
    costs,
    workers,
    seconds: PLANNED * request.budgetMinutes * 60 - spent,
  });
  return {
    formatVersion: 1,
    createdAt: new Date().toISOString(),
    lookalikeVersion: VERSION,
    studies: studies.map(({ name }) => name),
    source,
    quick,
    budgetMinutes: request.budgetMinutes,
    seeds,
    workers,
    threads,
    device: runtime.device,
    precision,
    hardware: describeHardware(runtime),
    tensorflow: runtime.version,
    base: describeBase({ ...BASE, ...changes }),
    classes,
    testImagesPerClass,
    costs,
    ...fit,
  };
}

function describeBase(config: PretrainConfig): string {
  const { encoder, widthMultiplier, imageSize, storedSize, batchSize, optimizer, temperature } =
    config;
  const name = `ResNet-${encoder.replace("resnet", "")} at width ${widthMultiplier}`;
  const from = storedSize === null ? "" : ` cut from images of ${storedSize}×${storedSize}`;
  return `${name}, views of ${imageSize}×${imageSize} pixels${from}, batches of ${batchSize}, ` +
    `NT-Xent at τ ${temperature}, ${optimizer.toUpperCase()} with rate ${config.learningRate}·N/256`;
}

/** How many images there are of the smallest class; decodes them, so that cells find them decoded. */
async function countImages(
  source: string,
  options: { sides: number[]; cacheFolder: string; report: Reporter },
): Promise<{ available: { train: number; test: number }; classes: number }> {
  const { sides, cacheFolder, report } = options;
  const open = (side: number) =>
    openLabelledSplits(source, {
      side,
      cacheFolder,
      onProgress: (done, total) => report.activity("decoding images", done, total),
    });
  using splits = await open(sides[0]);
  for (const side of sides.slice(1)) (await open(side))[Symbol.dispose]();
  const classes = splits.train.classes.length;
  const least = (labels: Int32Array) => {
    const counts = new Array(classes).fill(0);
    labels.forEach((label) => counts[label]++);
    return Math.min(...counts);
  };
  const available = { train: least(splits.train.labels), test: least(splits.test.labels) };
  if (Math.min(available.train, available.test) > 0) return { available, classes };
  throw new LookalikeError(
    "invalid_input",
    `Cannot run studies on ${source} as each class must have images for training and for testing: ` +
      "one has none.",
    { param: "--data" },
  );
}
