import { LookalikeError } from "../src/errors.ts";
import { fasterPrecision, type Precision, tf } from "../src/tensorflow/mod.ts";
import { createBatches } from "./batches.ts";
import { resolveConfig } from "./config.ts";
import { createLearner } from "./learner.ts";
import { openTrainingImages } from "./open_training_images.ts";
import type { Reporter } from "./report.ts";

/** What differs from the preset so that a run takes about as long as wanted. */
export interface QuickConfiguration extends Record<string, unknown> {
  epochs: number;
  batchSize: number;
  /** Undefined where all images are taken. */
  imagesPerClass?: number;
  precision: Precision;
}

const PRESET = "quickstart";
const MOST_EPOCHS = 200;
const TIMED_STEPS = 3;

/**
 * Measures a few training steps, and chooses epochs and images by them.
 *
 * @param source A folder, a tar of one, or `shapes`.
 * @param options How long the training may take in minutes, the most images that it may see, where
 * decoded ones are kept, and who is told.
 * @returns Fields that differ from the preset `quickstart`.
 * @throws {LookalikeError} As `openTrainingImages` does.
 */
export async function quickConfiguration(
  source: string,
  options: { minutes: number; mostImages: number; cacheFolder: string; report: Reporter },
): Promise<QuickConfiguration> {
  const { minutes, mostImages, cacheFolder, report } = options;
  const preset = resolveConfig({}, PRESET);
  const open = (imagesPerClass?: number) =>
    openTrainingImages(source, {
      side: preset.imageSize,
      imagesPerClass,
      cacheFolder,
      onProgress: (done, total) => report.activity("preparing images", done, total),
    });
  const all = await open();
  const { count, classes } = all.train;
  all[Symbol.dispose]();
  const imagesPerClass = count > mostImages
    ? Math.max(1, Math.floor(mostImages / Math.max(1, classes.length)))
    : undefined;
  using images = await open(imagesPerClass);
  const { train } = images;
  if (train.count < 2) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot learn from ${source} as it must hold at least 2 images to tell apart: it holds 1.`,
      { param: "--data" },
    );
  }
  const batchSize = Math.max(2, Math.min(preset.batchSize, Math.floor(train.count / 2)));
  const config = { ...preset, batchSize };

  const batches = await createBatches(train, {
    batchSize,
    seed: 0,
    residentBytes: preset.residentLimit * 2 ** 20,
  });
  const precision = await fasterPrecision({ channels: 64 * preset.widthMultiplier });
  const learner = createLearner(config, { batches, precision });
  let seconds = Infinity;
  for (let step = 0; step <= TIMED_STEPS; step++) {
    const { images, labels } = await batches.at(step);
    const inputs = [images, labels, tf.tensor1d([0, step], "int32"), tf.scalar(0)] as const;
    const start = performance.now();
    const result = await learner.step(...inputs);
    await result.loss.data();
    if (step > 0) seconds = Math.min(seconds, (performance.now() - start) / 1000); // 0 compiles
    tf.dispose([...inputs, result.loss, result.z]);
  }
  learner.dispose();
  batches.dispose();
  const epochs = Math.floor(60 * minutes / (seconds * batches.perEpoch));
  return {
    epochs: Math.min(MOST_EPOCHS, Math.max(2, epochs)),
    batchSize,
    ...(imagesPerClass === undefined ? {} : { imagesPerClass }),
    precision,
  };
}
