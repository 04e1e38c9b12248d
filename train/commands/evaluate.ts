import { join } from "node:path";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { fasterPrecision, type Precision, type Runtime } from "../../src/tensorflow/mod.ts";
import {
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationReport,
  parseProtocols,
  type Protocol,
  PROTOCOLS,
  renderReport,
  toEvaluation,
  USUAL_PROTOCOLS,
} from "../evaluate/mod.ts";
import { type LabelBudget, UNLABELLED_DEFAULTS, type UnlabelledImages } from "../fine_tune/mod.ts";
import type { Reporter } from "../report.ts";
import type { Command, Values } from "./command.ts";
import { DEVICE_OPTIONS, required, startFromOptions, wholeNumber } from "./device_options.ts";
import { reporterFor } from "./pretrain.ts";

/** Which protocols listen to an option: with no other it would change nothing. */
const LISTENERS: Record<string, Protocol[]> = {
  labels: ["semi"],
  "from-layer": ["semi", "transfer"],
  unlabelled: ["semi"],
  epochs: ["linear", "semi", "transfer"],
  "batch-size": ["linear", "semi", "transfer"],
  "learning-rate": ["linear", "semi", "transfer"],
  precision: ["linear", "semi", "transfer"],
};

/** `deno task evaluate`: measures an encoder on images with labels. */
export const evaluateCommand: Command = {
  summary: "Measures an encoder by classifiers on it, beside raw pixels and random weights",
  options: {
    encoder: { type: "string", help: "NAME for its newest version, or NAME@VERSION" },
    data: { type: "string", help: "Images with labels: a folder, a tar of one, or shapes" },
    protocol: {
      type: "string",
      help: `One or more of ${Object.keys(PROTOCOLS).join(", ")}, with commas between`,
      default: USUAL_PROTOCOLS.join(","),
    },
    seeds: { type: "string", help: "Mean and spread over so many seeds", default: "1" },
    labels: {
      type: "string",
      help: "semi: labels that are known, as a share (1%) or so many of each class (16)",
      default: "1%",
    },
    "from-layer": {
      type: "string",
      help: "semi, transfer: fine-tune from h (0), or behind so many layers of the head",
      default: "0",
    },
    unlabelled: {
      type: "string",
      help: "semi: images without labels take part too: contrastive, distillation, or both",
      default: "none",
    },
    epochs: {
      type: "string",
      help: "linear, semi, transfer: passes over the images (epochs)",
      default: "as in the paper",
    },
    "batch-size": {
      type: "string",
      help: "linear, semi, transfer: at most so many a step (images)",
      default: "512 for linear, else 64",
    },
    "learning-rate": {
      type: "string",
      help: "linear, semi, transfer: for 256 images, scaled with the batch",
      default: "0.1 for linear, else 0.05",
    },
    precision: {
      type: "string",
      help: "linear, semi, transfer: float32, bfloat16, or auto for the faster",
      default: "auto",
    },
    "images-per-class": {
      type: "string",
      help: "Learn from the first so many of each class (images)",
      default: "all",
    },
    "test-images-per-class": {
      type: "string",
      help: "Test on the first so many of each class (images)",
      default: "all",
    },
    json: { type: "boolean", help: "Print one JSON object, for programs" },
    ...DEVICE_OPTIONS,
  },
  async run(values, context) {
    const encoder = required(values, "encoder", "an encoder, such as --encoder flowers");
    const source = required(values, "data", "a folder of labelled images, a tar of one, or shapes");
    const how = readHow(values);
    const precision = readPrecision(values);
    const runtime = await startFromOptions(values);
    const quiet = { ...context, out: () => {} };
    const found = await evaluateStored(encoder, {
      source,
      ...how,
      training: { ...how.training, precision: await trainingPrecision(how.protocols, precision) },
      home: context.home,
      runtime,
      signal: context.signal,
      report: reporterFor(values, values.json ? quiet : context),
    });
    context.out((values.json ? JSON.stringify(found) : renderReport(found)) + "\n");
  },
};

/** An evaluation to run. */
export interface EvaluationRequest {
  /** Images with labels. */
  source: string;
  /** The folder of all that Lookalike keeps. */
  home: string;
  imagesPerClass?: number;
  testImagesPerClass?: number;
  runtime: Runtime;
  report: Reporter;
  signal?: AbortSignal;
}

/**
 * Loads an encoder from the store and evaluates it by a linear probe and kNN.
 *
 * @param reference `NAME` or `NAME@VERSION`.
 * @param request Images and counts.
 * @returns Its accuracies, beside those of raw pixels and random weights.
 * @throws {LookalikeError} If the encoder or labelled images are not there.
 */
export async function evaluateEncoder(
  reference: string,
  request: EvaluationRequest,
): Promise<Evaluation> {
  return toEvaluation(await evaluateStored(reference, request));
}

type How = Pick<
  EvaluateOptions,
  "protocols" | "seeds" | "labels" | "layer" | "unlabelled" | "training"
>;

async function evaluateStored(
  reference: string,
  request: EvaluationRequest & How,
): Promise<EvaluationReport & { encoder: string }> {
  const { home, runtime, report, ...options } = request;
  const { manifest, tensors } = await openEncoderStore(home).load(reference);
  const { name, version, architecture, inputSize: side, head } = manifest;
  const found = await evaluate({
    ...options,
    encoder: { architecture, tensors, side, head },
    precision: runtime.precision,
    cacheFolder: join(home, "cache"),
    onProgress: ({ stage, done, total }) => report.activity(`evaluating: ${stage}`, done, total),
  });
  return { encoder: `${name}@${version}`, ...found };
}

function readHow(values: Values) {
  const protocols = parseProtocols(values.protocol as string ?? USUAL_PROTOCOLS.join());
  for (const [option, listeners] of Object.entries(LISTENERS)) {
    if (values[option] === undefined || listeners.some((each) => protocols.includes(each))) {
      continue;
    }
    throw new LookalikeError(
      "invalid_input",
      `Cannot use --${option} as it belongs to the protocols ${
        listeners.join(", ")
      }: --protocol is ` +
        `${protocols.join(",")}.`,
      { param: `--${option}` },
    );
  }
  return {
    protocols,
    seeds: wholeNumber(values, "seeds"),
    labels: readLabels(values),
    layer: wholeNumber(values, "from-layer"),
    unlabelled: readUnlabelled(values),
    imagesPerClass: wholeNumber(values, "images-per-class"),
    testImagesPerClass: wholeNumber(values, "test-images-per-class"),
    training: {
      epochs: aboveZero(values, "epochs"),
      batchSize: wholeNumber(values, "batch-size"),
      learningRate: aboveZero(values, "learning-rate"),
    },
  };
}

/** `1%` of each class, or `16` of each. */
function readLabels(values: Values): LabelBudget | undefined {
  const text = values.labels;
  if (typeof text !== "string") return undefined;
  const [, digits, sign] = text.match(/^(\d+(?:\.\d+)?)(%?)$/) ?? [];
  if (sign === "%" && Number(digits) > 0 && Number(digits) <= 100) {
    return { share: Number(digits) / 100 };
  }
  if (sign === "" && Number(digits) >= 1 && !digits.includes(".")) {
    return { perClass: Number(digits) };
  }
  throw new LookalikeError(
    "invalid_input",
    "Cannot read --labels as it must be a share such as 1%, or a number of each class such as 16: " +
      `it is ${JSON.stringify(text)}.`,
    { param: "--labels" },
  );
}

/** Names of ways with commas between. */
function readUnlabelled(values: Values): UnlabelledImages["way"][] | undefined {
  const text = values.unlabelled;
  if (typeof text !== "string" || text === "none") return undefined;
  const names = Object.keys(UNLABELLED_DEFAULTS) as UnlabelledImages["way"][];
  return [...new Set(text.split(","))].map((given) => {
    const way = names.find((name) => name === given.trim());
    if (way) return way;
    throw new LookalikeError(
      "invalid_input",
      `Cannot read --unlabelled as it must be none, or one or more of ${names.join(", ")}: it is ` +
        `${JSON.stringify(text)}.`,
      { param: "--unlabelled" },
    );
  });
}

function aboveZero(values: Values, name: string): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text !== "" && Number.isFinite(number) && number > 0) return number;
  throw new LookalikeError(
    "invalid_input",
    `Cannot read --${name} as it must be a number above 0: it is ${JSON.stringify(text)}.`,
    { param: `--${name}` },
  );
}

function readPrecision(values: Values): Precision | "auto" {
  const precision = values.precision ?? "auto";
  if (precision === "auto" || precision === "float32" || precision === "bfloat16") {
    return precision;
  }
  throw new LookalikeError(
    "invalid_input",
    `Cannot compute in ${precision} as --precision must be auto, float32 or bfloat16.`,
    { param: "--precision" },
  );
}

/** Measured only where something is trained. */
async function trainingPrecision(
  protocols: readonly Protocol[],
  precision: Precision | "auto",
): Promise<Precision | undefined> {
  if (!protocols.some((each) => LISTENERS.precision.includes(each))) return undefined;
  return precision === "auto" ? await fasterPrecision() : precision;
}
