import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { pipelinesOf } from "../augment/pipeline.ts";
import { type PretrainConfig, resolveConfig } from "../config.ts";
import { type Dataset, openDataset, selectImages } from "../dataset/mod.ts";
import { drawViews } from "../pictures/views.ts";
import { PRESETS } from "../presets/mod.ts";
import { screenReporter } from "../report.ts";
import type { Command, Values } from "./command.ts";
import { CONFIG_OPTIONS, flagOf, givenConfig } from "./config_options.ts";
import { DEVICE_OPTIONS, required, startFromOptions, wholeNumber } from "./device_options.ts";

const IMAGES = 10;
const DRAWS = 5;
/** So many pictures are a large sheet. */
const MOST = 100;

/** The fields of the configuration that decide what views look like. */
const FIELDS: (keyof PretrainConfig)[] = [
  "imageSize",
  "storedSize",
  "augmentation",
  "secondAugmentation",
  "cropArea",
  "flipProbability",
  "colourStrength",
  "colourProbability",
  "grayscaleProbability",
  "blurProbability",
  "cutoutProbability",
  "cutoutSize",
  "rotationProbability",
  "noiseProbability",
  "noiseDeviation",
  "sobelProbability",
  "seed",
];

/** `deno task views`: draws what augmentation does to images. */
export const viewsCommand: Command = {
  summary: "Draws what augmentation makes of some images, as one picture",
  options: {
    data: { type: "string", help: "Images: a folder, a tar of one, or shapes" },
    out: { type: "string", help: "The PNG file to write", default: "views.png" },
    images: { type: "string", help: "How many images, a row each", default: String(IMAGES) },
    draws: {
      type: "string",
      help: "How often each of both views is drawn",
      default: String(DRAWS),
    },
    preset: {
      type: "string",
      help: `Values for the options below: ${Object.keys(PRESETS).join(", ")}`,
      default: "none",
    },
    ...DEVICE_OPTIONS,
    ...Object.fromEntries(FIELDS.map((field) => [flagOf(field), CONFIG_OPTIONS[flagOf(field)]])),
  },
  async run(values, context) {
    const source = required(values, "data", "a folder of images, a tar of one, or shapes");
    const config = resolveConfig(givenConfig(values), values.preset as string | undefined);
    const pipelines = pipelinesOf(config);
    const out = values.out as string | undefined ?? "views.png";
    const [images, draws] = [few(values, "images") ?? IMAGES, few(values, "draws") ?? DRAWS];
    const report = screenReporter({ ...context, write: context.out });
    await startFromOptions(values);
    using dataset = await openDataset(source, {
      side: config.storedSize ?? config.imageSize,
      imagesPerClass: images, // each class has enough, and `shapes` draws no more
      cacheFolder: join(context.home, "cache"),
      onProgress: (done, total) => report.activity("decoding images", done, total),
    });
    const { imageSize: size, seed } = config;
    const sheet = await drawViews(spread(dataset, images), { ...pipelines, size, draws, seed });
    await writeFileAtomic(out, sheet);
    report.say(`What augmentation makes of them: ${out}`);
  },
};

/** So many images evenly out of all, which lie class by class. */
function spread(dataset: Dataset, wanted: number): Dataset {
  const count = Math.min(wanted, dataset.count);
  const indices = Array.from(
    { length: count },
    (_, row) => Math.floor(row * dataset.count / count),
  );
  return selectImages(dataset, indices);
}

/** An option that is a count of pictures. */
function few(values: Values, name: string): number | undefined {
  const number = wholeNumber(values, name);
  if (number === undefined || (number >= 1 && number <= MOST)) return number;
  throw new LookalikeError(
    "invalid_input",
    `Cannot draw views as --${name} must be from 1 to ${MOST}: it is ${number}.`,
    { param: `--${name}` },
  );
}
