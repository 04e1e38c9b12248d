/**
 * Every published recipe starts and steps here on real photographs, with its own network, image size,
 * loss, augmentation and optimiser; only the batch and the number of images are what a test can bear.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { resolveConfig } from "../../train/config.ts";
import { openTrainingImages } from "../../train/open_training_images.ts";
import { PRESETS } from "../../train/presets/mod.ts";
import { pretrain } from "../../train/pretrain.ts";
import type { Progress } from "../../train/report.ts";
import { realImages } from "../real_images.ts";
import { extractPhotographs } from "../some_photographs.ts";

const photographs = await realImages();
await startTensorFlow({ device: "cpu" });

/** What the paper and the reference implementation say (arXiv 2002.05709 §2.2, §A, §B.6, §B.9). */
const PUBLISHED: Record<string, Record<string, unknown>> = {
  "cifar10-resnet18": { encoder: "resnet18", batchSize: 512, learningRate: 1, temperature: 0.5 },
  "cifar10-resnet50": { encoder: "resnet50", batchSize: 1024, learningRate: 1, temperature: 0.5 },
  "imagenet-resnet50": { widthMultiplier: 1 },
  "imagenet-resnet50-2x": { widthMultiplier: 2 },
  "imagenet-resnet50-4x": { widthMultiplier: 4 },
};
const CIFAR10 = { imageSize: 32, colourStrength: 0.5, weightDecay: 1e-4 };
const IMAGENET = {
  ...{ encoder: "resnet50", imageSize: 224, batchSize: 4096, learningRate: 0.3 },
  ...{ temperature: 0.1, colourStrength: 1, weightDecay: 1e-6 },
  augmentation: "crop,flip,colour-jitter,grayscale,blur",
};
const BOTH = {
  ...{ optimizer: "lars", trustCoefficient: 0.001, momentum: 0.9, learningRateScaling: "linear" },
  ...{ warmupEpochs: 10, schedule: "cosine", epochs: 1000, loss: "nt-xent", normalize: true },
  ...{ projectionHead: "nonlinear", projectionLayers: 2, projectionDimension: 128, cropArea: 0.08 },
};
/** Larger than a test machine should be asked for; bench/cost says what it takes. */
const TOO_LARGE = ["imagenet-resnet50-2x", "imagenet-resnet50-4x"];

for (const [name, values] of Object.entries(PUBLISHED)) {
  Deno.test(`the preset ${name} has the published values`, () => {
    const config: Record<string, unknown> = resolveConfig({}, name);
    const published = { ...BOTH, ...(name.startsWith("cifar10") ? CIFAR10 : IMAGENET), ...values };
    for (const [field, value] of Object.entries(published)) {
      assertEquals(config[field], value, field);
    }
  });
}

for (const name of Object.keys(PRESETS).filter((name) => !TOO_LARGE.includes(name))) {
  Deno.test({
    name: "skip" in photographs
      ? `the preset ${name} steps on real photographs (skipped: ${photographs.skip})`
      : `the preset ${name} steps on real photographs`,
    ignore: "skip" in photographs,
    async fn() {
      const home = await Deno.makeTempDir();
      const folder = join(home, "photographs");
      await extractPhotographs((photographs as { path: string }).path, { folder, perClass: 2 });
      const batchSize = resolveConfig({}, name).imageSize > 32 ? 2 : 4;
      const config = resolveConfig({ batchSize, imagesPerClass: null, reportEvery: 1 }, name);
      const images = await openTrainingImages(folder, {
        side: config.storedSize ?? config.imageSize,
        cacheFolder: join(home, "cache"),
      });
      const stop = new AbortController();
      const reports: Progress[] = [];
      const { learner } = await pretrain(config, {
        ...{ id: "run", source: "photographs", folder: join(home, "run"), precision: "float32" },
        ...{ dataset: images.train, probed: null, checkpoint: null },
        report: {
          progress: (progress) => reports.push(progress) === 2 && stop.abort(),
          activity: () => {},
          say: () => {},
        },
        signal: stop.signal,
      });
      assertEquals(reports.length, 2);
      const uniform = Math.log(2 * batchSize - 1);
      for (const { loss, views } of reports) {
        assert(Number.isFinite(loss) && loss > 0 && loss < 4 * uniform + 20, `the loss is ${loss}`);
        assert(views!.effectiveRank > 1);
      }
      learner.dispose();
      images[Symbol.dispose]();
      await Deno.remove(home, { recursive: true });
    },
  });
}
