import { LookalikeError } from "../errors.ts";

/** Labelled features: what a classifier is fitted to or measured on. */
export interface Examples {
  /** One row an example, float32 `[N, dimension]`. */
  features: Float32Array;
  /** The class of each, int32 `[N]`, from 0 to `classes` − 1. */
  labels: Int32Array;
}

/** The sizes that examples must agree with. */
export interface ExampleShape {
  /** How many features a row has. */
  dimension: number;
  /** How many classes there are. */
  classes: number;
}

/**
 * Checks that features are finite rows of one dimension.
 *
 * @param features float32 `[N, dimension]`.
 * @param dimension How many a row has.
 * @returns N.
 * @throws {LookalikeError} `invalid_input` if there is none, they do not divide into rows, or one is
 * not finite.
 */
export function checkFeatures(features: Float32Array, dimension: number): number {
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw invalid(
      `Cannot read features as dimension must be a whole number from 1: it is ${dimension}.`,
      "dimension",
    );
  }
  if (features.length === 0 || features.length % dimension !== 0) {
    throw invalid(
      `Cannot read features as they must be rows of ${dimension}: there are ${features.length} values.`,
      "features",
    );
  }
  // A loop, as `findIndex` with a function holds the event loop ten times as long.
  let wrong = 0;
  while (wrong < features.length && Number.isFinite(features[wrong])) wrong++;
  if (wrong < features.length) {
    const row = Math.floor(wrong / dimension);
    throw invalid(
      `Cannot use features as all must be finite: row ${row} has ${features[wrong]}.`,
      "features",
    );
  }
  return features.length / dimension;
}

/**
 * Checks that examples have one known class a row.
 *
 * @param examples The features and their labels.
 * @param shape What they must agree with.
 * @returns N.
 * @throws {LookalikeError} `invalid_input`, saying what does not agree.
 */
export function checkExamples(examples: Examples, shape: ExampleShape): number {
  const { labels } = examples;
  const { dimension, classes } = shape;
  const count = checkFeatures(examples.features, dimension);
  if (labels.length !== count) {
    throw invalid(
      `Cannot use examples as each must have one label: ${count} have ${labels.length}.`,
      "labels",
    );
  }
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined) {
    throw invalid(
      `Cannot use examples as labels must be from 0 to ${classes - 1}: one is ${wrong}.`,
      "labels",
    );
  }
  return count;
}

/**
 * Some of the examples.
 *
 * @param examples The features and their labels.
 * @param rows Which, in the order wanted.
 * @returns Copies of these rows.
 */
export function selectExamples(examples: Examples, rows: ArrayLike<number>): Examples {
  const dimension = examples.features.length / examples.labels.length;
  const features = new Float32Array(rows.length * dimension);
  for (let i = 0; i < rows.length; i++) {
    const first = rows[i] * dimension;
    features.set(examples.features.subarray(first, first + dimension), i * dimension);
  }
  return { features, labels: Int32Array.from(rows, (row) => examples.labels[row]) };
}

/**
 * Puts rows where they belong: what {@linkcode selectExamples} took apart.
 *
 * @param into All rows, `[N, width]`; changed.
 * @param options.rows Which of them `values` has, in its order.
 * @param options.values `[rows.length, width]`.
 */
export function placeRows(
  into: Float32Array,
  options: { rows: number[]; values: Float32Array },
): void {
  const { rows, values } = options;
  const width = values.length / rows.length;
  rows.forEach((row, i) => into.set(values.subarray(i * width, (i + 1) * width), row * width));
}

function invalid(message: string, param: string): LookalikeError {
  return new LookalikeError("invalid_input", message, { param });
}
