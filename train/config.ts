import { z } from "zod";
import { LookalikeError } from "../src/errors.ts";
import { PRESETS } from "./presets/mod.ts";

const count = (least: number) => z.int().min(least);
const share = () => z.number().min(0).max(1);
const positive = () => z.number().positive();

/**
 * Everything that decides what a pretraining run computes, with its default. The descriptions are
 * what `--help` prints; a unit stands in parentheses.
 */
export const pretrainConfigSchema = z.strictObject({
  imageSize: count(8).max(1024).default(32).describe("Side of the views and of h's input (pixels)"),
  widthMultiplier: positive().max(8).default(1).describe("Channels of ResNet-18 over its usual 64"),
  projectionDimension: count(2).default(128).describe("Length of the projection z"),
  temperature: positive().default(0.5).describe("τ of NT-Xent"),
  epochs: count(1).default(100).describe("Passes over the images (epochs)"),
  batchSize: count(2).default(256).describe("N, of which 2N views are made (images a step)"),
  imagesPerClass: count(1).nullable().default(null)
    .describe("Only the first so many of each class by name (images)"),
  optimizer: z.enum(["lars", "sgd"]).default("lars").describe("LARS, or SGD with momentum"),
  learningRate: positive().default(0.3).describe("Base rate, for 256 images or √(one image)"),
  learningRateScaling: z.enum(["linear", "sqrt"]).default("linear")
    .describe("Peak rate: base·N/256, or base·√N"),
  warmupEpochs: z.number().min(0).default(10).describe("Linear rise of the rate (epochs)"),
  momentum: share().default(0.9).describe("Momentum of the optimiser"),
  nesterov: z.boolean().default(false).describe("Nesterov's look ahead, with sgd"),
  weightDecay: z.number().min(0).default(1e-6).describe("λ; none for biases and batch norm"),
  cropArea: share().default(0.08).describe("Smallest share of the image that a view shows"),
  flipProbability: share().default(0.5).describe("Probability of a horizontal flip"),
  colourStrength: z.number().min(0).default(0.5).describe("s of the colour jitter"),
  colourProbability: share().default(0.8).describe("Probability of the colour jitter"),
  grayscaleProbability: share().default(0.2).describe("Probability that a view loses its colours"),
  precision: z.enum(["float32", "bfloat16", "auto"]).default("auto")
    .describe("Of convolutions and matrix products; auto measures which is faster"),
  seed: count(0).max(2 ** 27 - 1).default(0).describe("All randomness is a function of it"),
  reportEvery: count(1).default(10).describe("How often the loss is read (steps)"),
  checkpointEvery: positive().default(60).describe("How often a checkpoint is written (seconds)"),
  knnEvery: z.int().min(0).default(5)
    .describe("How often held-out images are classified, 0 for never (epochs)"),
  residentLimit: positive().default(4096)
    .describe("Images up to this size lie on the device, larger sets are streamed (MiB)"),
}).refine(({ nesterov, optimizer }) => !nesterov || optimizer === "sgd", {
  path: ["nesterov"],
  error: "only the optimizer sgd looks ahead",
}).refine(({ warmupEpochs, epochs }) => warmupEpochs < epochs, {
  path: ["warmupEpochs"],
  error: ({ input }) => {
    const { warmupEpochs, epochs } = input as { warmupEpochs: number; epochs: number };
    return `a warm-up of ${warmupEpochs} epochs must end before the run's ${epochs} do`;
  },
});

/** A resolved configuration: every field has its value. */
export type PretrainConfig = z.infer<typeof pretrainConfigSchema>;

/**
 * Resolves a configuration: the defaults, the preset's differences, then what was asked for.
 *
 * @param given Values by field; text from a command line is read as what it says, `all` as null.
 * @param preset The name of a preset.
 * @returns The whole configuration.
 * @throws {LookalikeError} `invalid_input` naming the field and its bounds, or the presets there are.
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
  preset?: string,
): PretrainConfig {
  if (preset !== undefined && !Object.hasOwn(PRESETS, preset)) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot find the preset ${preset}: there are ${Object.keys(PRESETS).join(", ")}.`,
      { param: "preset" },
    );
  }
  const differences = preset === undefined ? {} : PRESETS[preset].configuration;
  const parsed = pretrainConfigSchema.safeParse({ ...differences, ...fromText(given) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue.code === "unrecognized_keys" ? issue.keys[0] : String(issue.path[0]);
  const value = JSON.stringify(given[field]);
  throw new LookalikeError(
    "invalid_input",
    `Cannot train with ${field}${value === undefined ? "" : ` ${value}`}: ${issue.message}.`,
    { param: field },
  );
}

/** Numbers, yes and no, and `all` out of text; what is undefined was not given. */
function fromText(given: Record<string, unknown>): Record<string, unknown> {
  const words = new Map<string, unknown>([["true", true], ["false", false], ["all", null]]);
  const read = (text: string) => {
    if (words.has(text)) return words.get(text);
    return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, typeof value === "string" ? read(value) : value]),
  );
}
