import { LookalikeError } from "../errors.ts";
import { checkFeatures, type ExampleShape } from "../probe/examples.ts";
import { knnVotes } from "../probe/knn.ts";
import { mostProbable } from "../probe/most_probable.ts";
import { temper } from "../probe/temper.ts";
import { voteProbabilities } from "../probe/vote_probabilities.ts";
import { tf } from "../tensorflow/mod.ts";
import type { Classifier, KnnParameters, LinearParameters } from "./classifiers.ts";

/** Products of one piece, after which others have their turn: some milliseconds on a core. */
const PIECE_PRODUCTS = 1 << 23;

/** What a classifier says of vectors. */
export interface Predictions {
  /** Calibrated, float32 `[N, C]`; rows sum to 1. */
  probabilities: Float32Array;
  /** The most probable class of each, int32 `[N]`; −1 for unknown. */
  predictions: Int32Array;
}

/**
 * Classifies vectors. Many are taken a piece at a time, so that the event loop stays free.
 *
 * @param classifier What classifies.
 * @param vectors float32 `[N, F]`, each row of length 1.
 * @param options.unknownBelow A class that is less probable than this is none; 0 unless told.
 * @returns Probabilities, and the most probable classes.
 * @throws {LookalikeError} `invalid_input` if the vectors are not finite rows of F, or the threshold
 * is no probability.
 */
export async function predict(
  { manifest, parameters }: Classifier,
  vectors: Float32Array,
  { unknownBelow = 0 }: { unknownBelow?: number } = {},
): Promise<Predictions> {
  const { dimension, temperature } = manifest;
  const classes = manifest.classes.length;
  checkFeatures(vectors, dimension);
  if (!(unknownBelow >= 0 && unknownBelow <= 1)) {
    const message = `Cannot predict as unknownBelow must be from 0 to 1: it is ${unknownBelow}.`;
    throw new LookalikeError("invalid_input", message, { param: "unknownBelow" });
  }
  const options = { dimension, classes, temperature };
  const probabilities = parameters.kind === "linear"
    ? await predictLinear(parameters, vectors, options)
    : await predictNearest(parameters, vectors, options);
  const predictions = mostProbable(probabilities, classes).map((label, row) =>
    probabilities[row * classes + label] < unknownBelow ? -1 : label
  );
  return { probabilities, predictions };
}

/** The sizes of a classifier, and T. */
interface Calibrated extends ExampleShape {
  temperature: number;
}

/** softmax(logits / T), float32 `[N, C]`; the weights go to the device once. */
async function predictLinear(
  { mean, std, weights, bias }: LinearParameters,
  vectors: Float32Array,
  { dimension, classes, temperature }: Calibrated,
): Promise<Float32Array> {
  const held = [mean, std, bias].map((values) => tf.tensor1d(values));
  const [means, deviations, biases] = held;
  const matrix = tf.tensor2d(weights, [dimension, classes]);
  const rows = Math.max(1, Math.floor(PIECE_PRODUCTS / (dimension * classes)));
  const probabilities = new Float32Array(vectors.length / dimension * classes);
  try {
    for (let row = 0; row * dimension < vectors.length; row += rows) {
      const piece = vectors.subarray(row * dimension, (row + rows) * dimension);
      const found = tf.tidy(() => {
        const x = tf.tensor2d(piece, [piece.length / dimension, dimension]); // [rows, F]
        const logits = x.sub(means).div(deviations).matMul(matrix).add(biases); // [rows, C]
        return tf.softmax(logits.div(temperature));
      });
      probabilities.set(await found.data(), row * classes);
      found.dispose();
      await new Promise((resolve) => setTimeout(resolve)); // what is computed eagerly, blocks
    }
  } finally {
    tf.dispose([...held, matrix]);
  }
  return probabilities;
}

/** The shares of the vote, calibrated, float32 `[N, C]`. */
async function predictNearest(
  { examples, labels, k, temperature }: KnnParameters,
  vectors: Float32Array,
  { temperature: calibration, ...shape }: Calibrated,
): Promise<Float32Array> {
  const { classes } = shape;
  const among = { train: examples, trainLabels: labels, test: vectors };
  const votes = await knnVotes({ ...shape, ...among, k, temperature });
  return temper(voteProbabilities(votes, classes), { classes, temperature: calibration });
}
