import type { EncoderRunner } from "../../src/embed/runner.ts";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { createEncoder, type EncoderArchitecture } from "../../src/model/mod.ts";
import { evaluateFeatures } from "./evaluate_features.ts";
import type { Accuracies, Evaluation } from "./evaluation.ts";
import { extractFeatures } from "./extract_features.ts";
import {
  type LabelledSplits,
  type LabelledSplitsOptions,
  openLabelledSplits,
} from "./labelled_splits.ts";
import { RAW_PIXELS_SIDE, rawPixels } from "./raw_pixels.ts";

/** What an evaluation is doing. */
export interface EvaluationProgress {
  /** What is under way. */
  stage: "decoding" | "encoder" | "untrained" | "rawPixels";
  /** How many images are done. */
  done: number;
  /** Of how many; null while decoding an archive. */
  total: number | null;
}

/** What is evaluated, and on which images. */
export interface EvaluateOptions extends Omit<LabelledSplitsOptions, "side" | "onProgress"> {
  /** The trained encoder; the caller disposes of it. */
  runner: EncoderRunner;
  /** What it is made of; the untrained one is made of the same. */
  architecture: EncoderArchitecture;
  /** Images with labels: a folder, an archive of one, or `shapes`. */
  source: string;
  /** Told how far it is. */
  onProgress?: (progress: EvaluationProgress) => void;
}

/** A seed that no training takes by default: "untrained" is not this encoder's own beginning. */
const UNTRAINED_SEED = 20020570;

/**
 * Measures an encoder by a linear probe and kNN on its frozen h, beside raw pixels (of images of
 * side 32 at most) and the same network with random weights.
 *
 * The untrained network's batch norms keep the running statistics that they begin with, mean 0 and
 * variance 1, as PyTorch's do in `eval()`. That is the stronger baseline: with statistics gathered
 * from the images it is several points worse (CIFAR-10, ResNet-18 at width 0.25, 10,000 training
 * images, in PyTorch: linear 27 instead of 34 %). The scale that h then has matters to neither
 * classifier.
 *
 * @param options The encoder, the images, and how many of them.
 * @returns All accuracies, and the counts.
 * @throws {LookalikeError} `invalid_input` if the images have no labels, or as `openDataset` does.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { runner, architecture, source, onProgress = () => {}, ...images } = options;
  const { side, maxBatch } = runner;
  const open = (side: number) =>
    openLabelledSplits(source, {
      ...images,
      side,
      onProgress: (done, total) => onProgress({ stage: "decoding", done, total }),
    });
  using splits = await open(side);
  const { train, test } = splits;
  const total = train.count + test.count;

  const onEncoder = async (runner: EncoderRunner, stage: "encoder" | "untrained") => {
    const encode = (dataset: typeof train, before: number) =>
      extractFeatures(runner, dataset, {
        onProgress: (done) => onProgress({ stage, done: before + done, total }),
      });
    return await measure(splits, {
      train: await encode(train, 0),
      test: await encode(test, train.count),
    });
  };
  const onUntrained = async () => {
    const encoder = createEncoder(architecture, { seed: UNTRAINED_SEED });
    const untrained = createTensorFlowRunner(encoder, {
      side,
      maxBatch,
      precision: "float32",
    });
    try {
      return await onEncoder(untrained, "untrained");
    } finally {
      untrained.dispose();
    }
  };
  const onRawPixels = async () => {
    using small = await open(Math.min(side, RAW_PIXELS_SIDE));
    onProgress({ stage: "rawPixels", done: 0, total });
    return await measure(small, {
      train: await rawPixels(small.train),
      test: await rawPixels(small.test),
    });
  };
  return {
    encoder: await onEncoder(runner, "encoder"),
    untrained: await onUntrained(),
    rawPixels: await onRawPixels(),
    counts: { train: train.count, test: test.count, classes: train.classes.length },
  };
}

/** Both classifiers on features of the splits' images, each float32 `[count, F]`. */
async function measure(
  splits: LabelledSplits,
  features: { train: Float32Array; test: Float32Array },
): Promise<Accuracies> {
  const { train, test } = splits;
  return await evaluateFeatures({
    train: { features: features.train, labels: train.labels },
    test: { features: features.test, labels: test.labels },
    dimension: features.train.length / train.count,
    classes: train.classes.length,
  });
}
