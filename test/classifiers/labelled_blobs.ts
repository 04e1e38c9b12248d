import type { Classifier } from "../../src/classifiers/classifiers.ts";
import type { FitOptions, FittedClassifier } from "../../src/classifiers/fit_classifier.ts";
import { normalize } from "../../src/embed/normalize.ts";
import { blobs } from "../probe/blobs.ts";

/** F of the blobs. */
export const DIMENSION = 16;
/** In an order that is not theirs by code unit. */
const NAMES = ["zebra", "Ant", "cat"];

/**
 * Overlapping blobs on the unit sphere, one a class.
 *
 * @param count N.
 * @param seed Which noise is drawn.
 * @returns N vectors, the classes in turn.
 */
export function labelledBlobs(count: number, seed = 1) {
  const { features, labels } = blobs(count, { dimension: DIMENSION, classes: 3, noise: 2, seed });
  for (let row = 0; row < count; row++) {
    const place = row * DIMENSION;
    features.set(normalize(features.subarray(place, place + DIMENSION)), place);
  }
  return { vectors: features, labels: Array.from(labels, (label) => NAMES[label]) };
}

/**
 * How to fit to them.
 *
 * @param given What differs from the usual.
 * @returns The options.
 */
export const options = (given: Partial<FitOptions> = {}): FitOptions => ({
  encoder: "flowers@1",
  layer: 0,
  dimension: DIMENSION,
  kind: "linear",
  lineage: { collection: "pets" },
  ...given,
});

/**
 * A classifier as if it had been saved and loaded.
 *
 * @param fitted What `fitClassifier` made.
 * @returns The classifier.
 */
export function asClassifier({ classifier, parameters }: FittedClassifier): Classifier {
  return { manifest: { ...classifier, kind: parameters.kind }, parameters } as Classifier;
}
