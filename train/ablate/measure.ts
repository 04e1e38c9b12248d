import { accuracy } from "../../src/probe/accuracy.ts";
import { type Examples, selectExamples } from "../../src/probe/examples.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import {
  evaluateFeatures,
  type FeatureSplits,
  type LabelledSplits,
  probeScores,
} from "../evaluate/mod.ts";
import type { FeatureReader } from "./features.ts";
import type { Measure } from "./study.ts";
import { type Transformation, TRANSFORMATION_CLASSES, transformed } from "./transformations.ts";

/** Every so many-th image of a class is for validation. */
const FOLDS = 5;

/**
 * Measures a network: `linear` and `knn` on h, and what else is asked for: `validation` (a linear
 * probe of h on a fifth of the training images, fitted to the rest), `linear-z` and `knn-z`,
 * `rotation-h`, `rotation-z`, `grayscale-h` and `grayscale-z`.
 *
 * @param reader Reads h and z.
 * @param options The images, what to measure, and the seed of transformations.
 * @returns Shares of right answers by figure, 0 to 1.
 */
export async function measure(
  reader: FeatureReader,
  options: { splits: LabelledSplits; measures: Measure[]; seed: number },
): Promise<Record<string, number>> {
  const { splits: { train, test }, measures, seed } = options;
  const pixels = { train: await train.all(), test: await test.all() };
  const features = {
    train: await reader.read(pixels.train),
    test: await reader.read(pixels.test),
  };
  const on = (layer: "h" | "z"): FeatureSplits => ({
    train: { features: features.train[layer], labels: train.labels },
    test: { features: features.test[layer], labels: test.labels },
    dimension: reader.dimensions[layer],
    classes: train.classes.length,
  });
  const figures: Record<string, number> = { ...await evaluateFeatures(on("h")) };
  if (measures.includes("validation")) figures.validation = await validate(on("h"));
  if (measures.includes("projection")) {
    const { linear, knn } = await evaluateFeatures(on("z"));
    Object.assign(figures, { "linear-z": linear, "knn-z": knn });
  }
  if (measures.includes("transformations")) {
    for (const transformation of ["rotation", "grayscale"] as const) {
      const [learnt, tested] = await Promise.all([
        readTransformed(reader, { transformation, pixels: pixels.train, side: train.side, seed }),
        readTransformed(reader, {
          transformation,
          pixels: pixels.test,
          side: train.side,
          seed: seed + 1,
        }),
      ]);
      for (const layer of ["h", "z"] as const) {
        figures[`${transformation}-${layer}`] = await probe({
          train: { features: learnt[layer], labels: learnt.labels },
          test: { features: tested[layer], labels: tested.labels },
          dimension: reader.dimensions[layer],
          classes: TRANSFORMATION_CLASSES[transformation],
        });
      }
    }
  }
  return figures;
}

/** How well a linear probe does on a part of the training images: what settings are picked by. */
async function validate(splits: FeatureSplits): Promise<number> {
  const seen = new Array(splits.classes).fill(0);
  const isHeld = Array.from(splits.train.labels, (label) => ++seen[label] % FOLDS === 0);
  const rows = (held: boolean) => isHeld.flatMap((own, row) => own === held ? [row] : []);
  return await probe({
    ...splits,
    train: selectExamples(splits.train, rows(false)),
    test: selectExamples(splits.train, rows(true)),
  });
}

async function probe(splits: FeatureSplits): Promise<number> {
  return accuracy(mostProbable(await probeScores(splits), splits.classes), splits.test.labels);
}

async function readTransformed(
  reader: FeatureReader,
  options: { transformation: Transformation; pixels: Uint8Array; side: number; seed: number },
): Promise<{ h: Float32Array; z: Float32Array; labels: Examples["labels"] }> {
  const { pixels, labels } = transformed(options.pixels, options);
  return { ...await reader.read(pixels), labels };
}
