import { z } from "zod";
import { LookalikeError } from "../src/errors.ts";
import { pipelinesOf } from "./augment/pipeline.ts";
import { PRESETS } from "./presets/mod.ts";
import { refuseUnused } from "./unused_options.ts";

/** The encoders' families, by their number of layers. */
const RESNETS = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"] as const;
const LOSSES = [
  "nt-xent",
  "nt-logistic",
  "margin-triplet",
  "supervised-contrastive",
  "decoupled-nt-xent",
  "cross-entropy",
] as const;

const count = (least: number) => z.int().min(least);
const share = () => z.number().min(0).max(1);
const positive = () => z.number().positive();
const atLeastZero = () => z.number().min(0);

/** Every field's bounds, default and description: what `--help` prints; units in parentheses. */
const fields = {
  imageSize: count(8).max(1024).default(32).describe("Side of the views and of h's input (pixels)"),
  storedSize: count(8).max(2048).nullable().default(null)
    .describe("Side of the decoded squares that crops are cut from; same as the views' (pixels)"),
  encoder: z.enum(RESNETS).default("resnet18").describe("ResNet by its number of layers"),
  stem: z.enum(["auto", "cifar", "imagenet"]).default("auto")
    .describe("First layers; auto takes cifar up to 64 pixels, imagenet above"),
  widthMultiplier: positive().max(8).default(1).describe("Channels over the ResNet's usual ones"),
  projectionHead: z.enum(["none", "linear", "nonlinear"]).default("nonlinear")
    .describe("The projection head g(h)"),
  projectionLayers: count(2).max(8).default(2).describe("Layers of a nonlinear head"),
  projectionWidth: count(1).nullable().default(null)
    .describe("Width of a nonlinear head's hidden layers; same as h's"),
  projectionDimension: count(2).default(128).describe("Length of the projection z"),
  loss: z.enum(LOSSES).default("nt-xent")
    .describe("What is minimised; supervised-contrastive and cross-entropy take labels"),
  temperature: positive().default(0.5).describe("τ of the losses that have one"),
  margin: atLeastZero().default(0.4).describe("Margin of margin-triplet"),
  normalize: z.boolean().default(true).describe("ℓ2-normalise z: similarities are cosines"),
  semiHard: z.boolean().default(false)
    .describe("Semi-hard negatives only, with nt-logistic and margin-triplet"),
  labelsPerClass: count(1).nullable().default(null)
    .describe("Losses that take labels know the first so many of each class (labels)"),
  epochs: count(1).default(100).describe("Passes over the images (epochs)"),
  batchSize: count(2).default(256).describe("N, of which 2N views are made (images a step)"),
  accumulationSteps: count(1).default(1)
    .describe("Batches whose gradients are averaged for one update; it adds no negatives"),
  imagesPerClass: count(1).nullable().default(null)
    .describe("Only the first so many of each class by name (images)"),
  optimizer: z.enum(["lars", "sgd", "adam", "adamw"]).default("lars")
    .describe("LARS, SGD with momentum, Adam or AdamW"),
  learningRate: positive().default(0.3).describe("Base rate, for 256 images or √(one image)"),
  learningRateScaling: z.enum(["linear", "sqrt", "none"]).default("linear")
    .describe("Peak rate: base·N/256, base·√N, or base"),
  warmupEpochs: atLeastZero().default(10).describe("Linear rise of the rate (epochs)"),
  schedule: z.enum(["cosine", "constant", "step"]).default("cosine")
    .describe("How the rate goes on after the warm-up"),
  decayEpochs: z.string().regex(/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/, "it must be numbers, as in 60,80")
    .default("60,80").describe("When the schedule step lowers the rate (epochs)"),
  decayFactor: share().default(0.1).describe("By what the schedule step multiplies the rate"),
  momentum: share().default(0.9).describe("Momentum of the optimiser; β₁ of Adam"),
  nesterov: z.boolean().default(false).describe("Nesterov's look ahead, with sgd"),
  beta2: share().default(0.999).describe("β₂ of Adam"),
  epsilon: positive().default(1e-8).describe("ε of Adam"),
  trustCoefficient: positive().default(0.001).describe("η of LARS"),
  weightDecay: atLeastZero().default(1e-6).describe("λ; none for biases and batch norm"),
  augmentation: z.string().default("crop,flip,colour-jitter,grayscale")
    .describe("What makes a view, in this order"),
  secondAugmentation: z.string().nullable().default(null)
    .describe("What makes the second view; same as the first, or none"),
  cropArea: share().default(0.08).describe("Smallest share of the image that a view shows"),
  flipProbability: share().default(0.5).describe("Probability of a horizontal flip"),
  colourStrength: atLeastZero().default(0.5).describe("s of the colour jitter"),
  colourProbability: share().default(0.8).describe("Probability of the colour jitter"),
  grayscaleProbability: share().default(0.2).describe("Probability that a view loses its colours"),
  blurProbability: share().default(0.5).describe("Probability of the Gaussian blur"),
  cutoutProbability: share().default(1).describe("Probability that a part is cut out"),
  cutoutSize: share().default(0.5).describe("Largest side of what is cut out over the view's"),
  rotationProbability: share().default(0.75).describe("Probability of a turn by quarters"),
  noiseProbability: share().default(1).describe("Probability of Gaussian noise"),
  noiseDeviation: atLeastZero().max(1).default(0.1).describe("Largest σ of the noise, in 0 … 1"),
  sobelProbability: share().default(1).describe("Probability of the Sobel filter"),
  precision: z.enum(["float32", "bfloat16", "auto"]).default("auto")
    .describe("Of convolutions and matrix products; auto measures which is faster"),
  seed: count(0).max(2 ** 27 - 1).default(0).describe("All randomness is a function of it"),
  reportEvery: count(1).default(10).describe("How often the loss is read (steps)"),
  checkpointEvery: positive().default(60).describe("How often a checkpoint is written (seconds)"),
  probeEvery: count(0).default(5)
    .describe("How often held-out images are classified, 0 for never (epochs)"),
  residentLimit: positive().default(4096)
    .describe("Images up to this size lie on the device, larger sets are streamed (MiB)"),
};

/** Everything that decides what a pretraining run computes. */
export const pretrainConfigSchema = z.strictObject(fields)
  .check(({ value, issues }) => {
    for (const { field, wrong, message } of rulesBetweenFields(value)) {
      if (wrong) issues.push({ code: "custom", path: [field], message, input: value });
    }
  });

function rulesBetweenFields(config: z.infer<z.ZodObject<typeof fields>>) {
  const { epochs, warmupEpochs, storedSize, imageSize } = config;
  return [
    {
      field: "warmupEpochs",
      wrong: warmupEpochs >= epochs,
      message: `a warm-up of ${warmupEpochs} epochs must end before the run's ${epochs} do`,
    },
    {
      field: "storedSize",
      wrong: storedSize !== null && storedSize < imageSize,
      message: `views of ${imageSize} pixels cannot be cut from less`,
    },
    ...(["momentum", "beta2"] as const).map((field) => ({
      field,
      wrong: config.optimizer.startsWith("adam") && config[field] === 1,
      message: "Adam divides by 1 − β, so it must be below 1",
    })),
    {
      field: "decayEpochs",
      wrong: config.schedule === "step" &&
        config.decayEpochs.split(",").some((epoch) => Number(epoch) < warmupEpochs),
      message: `the rate cannot be lowered within the warm-up of ${warmupEpochs} epochs`,
    },
    {
      field: "projectionHead",
      wrong: config.loss === "cross-entropy" && config.projectionHead !== "none",
      message: "cross-entropy classifies h itself, so it must be none",
    },
  ];
}

/** A resolved configuration: every field has its value. */
export type PretrainConfig = z.infer<typeof pretrainConfigSchema>;

/**
 * Resolves a configuration: the defaults, what it starts from, then what was asked for.
 *
 * @param given Values by field; text from a command line is read as what it says.
 * @param from The name of a preset, or a configuration.
 * @returns The whole configuration.
 * @throws {LookalikeError} `invalid_input` naming the field and its bounds, a field that was given and
 * would not count, or the presets there are.
 *
 * @example
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * const config = resolveConfig({ epochs: "5" }, "cifar10-small");
 * console.assert(config.epochs === 5 && config.widthMultiplier === 0.25);
 * ```
 */
export function resolveConfig(
  given: Record<string, unknown> = {},
  from: string | Partial<PretrainConfig> = {},
): PretrainConfig {
  const base = typeof from === "string" ? presetConfiguration(from) : from;
  const parsed = pretrainConfigSchema.safeParse({ ...base, ...fromText(given) });
  if (parsed.success) {
    pipelinesOf(parsed.data); // throws where a word is no augmentation
    refuseUnused(parsed.data, pretrainConfigSchema.parse(base));
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const field = issue.code === "unrecognized_keys" ? issue.keys[0] : String(issue.path[0]);
  const value = JSON.stringify(given[field]);
  throw new LookalikeError(
    "invalid_input",
    `Cannot train with ${field}${value === undefined ? "" : ` ${value}`}: ${issue.message}.`,
    { param: field },
  );
}

function presetConfiguration(name: string): Record<string, unknown> {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name].configuration;
  throw new LookalikeError(
    "invalid_input",
    `Cannot find the preset ${name}: there are ${Object.keys(PRESETS).join(", ")}.`,
    { param: "preset" },
  );
}

/** Numbers, yes and no, and a field's word for null out of text; what is undefined was not given. */
function fromText(given: Record<string, unknown>): Record<string, unknown> {
  const read = (field: string, text: string) => {
    if (text === "true" || text === "false") return text === "true";
    if (text === NULL_WORDS[field]) return null;
    const isText = isTextField(field) || text.trim() === "" || Number.isNaN(Number(text));
    return isText ? text : Number(text);
  };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, typeof value === "string" ? read(field, value) : value]),
  );
}

/** Whether a field takes text that may look like a number. */
function isTextField(field: string): boolean {
  return field === "decayEpochs";
}

/** What stands for null on a command line. */
export const NULL_WORDS: Readonly<Record<string, string>> = {
  storedSize: "same",
  projectionWidth: "same",
  secondAugmentation: "same",
  imagesPerClass: "all",
  labelsPerClass: "all",
};
