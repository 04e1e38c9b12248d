import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { createEncoder, type Encoder, restoreEncoder } from "../../src/model/mod.ts";
import type { Precision } from "../../src/tensorflow/mod.ts";
import type { EvaluatedEncoder } from "./evaluated_encoder.ts";
import type { OnProgress } from "./evaluation_progress.ts";
import { extractFeatures } from "./extract_features.ts";
import type { LabelledDataset } from "./labelled_dataset.ts";
import type { LabelledSplits } from "./labelled_splits.ts";
import type { FeatureSplits } from "./probe_scores.ts";
import { RAW_PIXELS_SIDE, rawPixels } from "./raw_pixels.ts";

const BATCH = 256;

/** A seed that no training takes by default: "untrained" is not this encoder's own beginning. */
const UNTRAINED_SEED = 20020570;

/** Features of the images, each made when it is first asked for. */
export interface Features {
  /**
   * h of the encoder.
   *
   * @param part Some of the training images; all unless told.
   */
  encoder(part?: LabelledDataset): Promise<FeatureSplits>;
  /**
   * h of the same network with random weights. Its batch norms keep the running statistics that they
   * begin with, mean 0 and variance 1, as PyTorch's do in `eval()`. That is the stronger baseline:
   * with statistics gathered from the images it is several points worse (CIFAR-10, ResNet-18 at
   * width 0.25, 10,000 training images, in PyTorch: linear 27 instead of 34 %). The scale that h then
   * has matters to neither classifier.
   *
   * @param seed Of the weights.
   */
  untrained(seed: number): Promise<FeatureSplits>;
  /** The pixels themselves, of images of side 32 at most. */
  rawPixels(): Promise<FeatureSplits>;
}

/**
 * Prepares the features that classifiers are fitted to.
 *
 * @param encoder The encoder.
 * @param options The images at its side, how to open them smaller, the precision of convolutions, and
 * who is told how far an extraction is.
 * @returns The features.
 */
export function createFeatures(
  encoder: EvaluatedEncoder,
  options: {
    splits: LabelledSplits;
    open: (side: number) => Promise<LabelledSplits>;
    precision: Precision;
    onProgress: OnProgress;
  },
): Features {
  const { splits, open, precision, onProgress } = options;
  const { train, test } = splits;
  const { architecture, tensors, side } = encoder;
  const extract = async (network: Encoder, dataset: LabelledDataset, stage: string) => {
    const runner = createTensorFlowRunner(network, { side, maxBatch: BATCH, precision });
    const told = (done: number, total: number) => onProgress({ stage, done, total });
    return await extractFeatures(runner, dataset, { onProgress: told })
      .finally(() => runner.dispose());
  };
  const once = memo();
  const onEncoder = (dataset: LabelledDataset) =>
    once(dataset, () => extract(restoreEncoder(architecture, tensors), dataset, "encoder"));
  const onUntrained = (dataset: LabelledDataset, seed: number) =>
    extract(createEncoder(architecture, { seed: UNTRAINED_SEED + seed }), dataset, "untrained");
  return {
    encoder: async (part = train) =>
      splitsOf(
        { dataset: part, features: await onEncoder(part) },
        { dataset: test, features: await onEncoder(test) },
      ),
    untrained: (seed) =>
      once(`untrained ${seed}`, async () =>
        splitsOf(
          { dataset: train, features: await onUntrained(train, seed) },
          { dataset: test, features: await onUntrained(test, seed) },
        )),
    rawPixels: () =>
      once("raw pixels", async () => {
        using small = await open(Math.min(side, RAW_PIXELS_SIDE));
        return splitsOf(
          { dataset: small.train, features: await rawPixels(small.train) },
          { dataset: small.test, features: await rawPixels(small.test) },
        );
      }),
  };
}

/** Gives again what was made under a key before. */
function memo() {
  const made = new Map<unknown, Promise<unknown>>();
  return <Value>(key: unknown, make: () => Promise<Value>): Promise<Value> => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as Promise<Value>;
  };
}

function splitsOf(train: Extracted, test: Extracted): FeatureSplits {
  const examples = ({ features, dataset }: Extracted) => ({ features, labels: dataset.labels });
  return {
    train: examples(train),
    test: examples(test),
    dimension: test.features.length / test.dataset.count,
    classes: test.dataset.classes.length,
  };
}

/** Images, and their features, float32 `[count, F]`. */
interface Extracted {
  dataset: LabelledDataset;
  features: Float32Array;
}
