import { join } from "node:path";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { restoreEncoder } from "../../src/model/mod.ts";
import type { Runtime } from "../../src/tensorflow/mod.ts";
import { evaluate, type Evaluation, renderEvaluation } from "../evaluate/mod.ts";
import type { Reporter } from "../report.ts";
import type { Command } from "./command.ts";
import { DEVICE_OPTIONS, required, startFromOptions, wholeNumber } from "./device_options.ts";
import { reporterFor } from "./pretrain.ts";

const BATCH = 256;

/** `deno task evaluate`: measures an encoder on images with labels. */
export const evaluateCommand: Command = {
  summary: "Measures an encoder by kNN and a linear probe, beside raw pixels and random weights",
  options: {
    encoder: { type: "string", help: "NAME for its newest version, or NAME@VERSION" },
    data: { type: "string", help: "Images with labels: a folder, a tar of one, or shapes" },
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
    const runtime = await startFromOptions(values);
    const quiet = { ...context, out: () => {} };
    const evaluation = await evaluateEncoder(encoder, {
      source,
      home: context.home,
      imagesPerClass: wholeNumber(values, "images-per-class"),
      testImagesPerClass: wholeNumber(values, "test-images-per-class"),
      runtime,
      report: reporterFor(values, values.json ? quiet : context),
    });
    context.out((values.json ? JSON.stringify(evaluation) : renderEvaluation(evaluation)) + "\n");
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
}

/**
 * Loads an encoder from the store and evaluates it.
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
  const { source, home, imagesPerClass, testImagesPerClass, runtime, report } = request;
  const { manifest, tensors } = await openEncoderStore(home).load(reference);
  const { architecture, inputSize: side } = manifest;
  const runner = createTensorFlowRunner(restoreEncoder(architecture, tensors), {
    side,
    maxBatch: BATCH,
    precision: runtime.precision,
  });
  try {
    return await evaluate({
      runner,
      architecture,
      source,
      imagesPerClass,
      testImagesPerClass,
      cacheFolder: join(home, "cache"),
      onProgress: ({ stage, done, total }) => report.activity(`evaluating: ${stage}`, done, total),
    });
  } finally {
    runner.dispose();
  }
}
