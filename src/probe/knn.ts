import { LookalikeError } from "../errors.ts";
import { accuracy } from "./accuracy.ts";
import { checkExamples, type ExampleShape } from "./examples.ts";
import { mostProbable } from "./most_probable.ts";
import { nearestNeighbours, type Neighbours } from "./nearest_neighbours.ts";

/** Examples to look among, rows to classify, and how. */
export interface KnnOptions extends ExampleShape {
  /** The examples' features, float32 `[N, F]`. */
  train: Float32Array;
  /** Their classes, int32 `[N]`. */
  trainLabels: Int32Array;
  /** The rows to classify, float32 `[M, F]`. */
  test: Float32Array;
  /** How many neighbours vote; all, if there are fewer. */
  k?: number;
  /** τ: a neighbour of cosine similarity s votes with weight exp(s / τ). */
  temperature?: number;
}

/** What {@linkcode knnAccuracy} takes: the truth as well. */
export interface KnnAccuracyOptions extends KnnOptions {
  /** The classes of `test`, int32 `[M]`. */
  testLabels: Int32Array;
}

/**
 * Lets the nearest neighbours of each row vote on its class, by cosine similarity
 * (Wu et al. 2018, "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", §3.4).
 *
 * Exact, on the device, a chunk of queries at a time. Of equally similar examples the first counts.
 *
 * @param options The examples, the rows and how; k 200 and τ 0.1 are what the field reports.
 * @returns The votes for each class, float64 `[M, C]`, in units of the nearest neighbour's.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, or sizes or labels do not agree.
 */
export async function knnVotes(options: KnnOptions): Promise<Float64Array> {
  const { train, trainLabels, test, dimension, classes, k = 200, temperature = 0.1 } = options;
  checkExamples({ features: train, labels: trainLabels }, options);
  if (!(temperature > 0)) {
    const message =
      `Cannot classify by nearest neighbours as temperature must be above 0: it is ${temperature}.`;
    throw new LookalikeError("invalid_input", message, { param: "temperature" });
  }
  const neighbours = await nearestNeighbours({ train, test, dimension, k });
  return countVotes(neighbours, { trainLabels, classes, k, temperature });
}

/**
 * The votes of neighbours that were found, as {@linkcode knnVotes} has them.
 *
 * @param neighbours The nearest of each row.
 * @param options The classes of the examples, int32 `[N]`, C, how many neighbours vote, and τ.
 * @returns The votes for each class, float64 `[M, C]`, in units of the nearest neighbour's.
 */
export function countVotes(
  neighbours: Neighbours,
  options: Required<Pick<KnnOptions, "trainLabels" | "classes" | "k" | "temperature">>,
): Float64Array {
  const { trainLabels, classes, k, temperature } = options;
  const { similarities, indices } = neighbours;
  const rows = indices.length / neighbours.k;
  const votes = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const first = row * neighbours.k;
    for (let i = first; i < first + Math.min(k, neighbours.k); i++) {
      // Relative to the nearest, so that a small τ does not overflow.
      votes[row * classes + trainLabels[indices[i]]] += Math.exp(
        (similarities[i] - similarities[first]) / temperature,
      );
    }
  }
  return votes;
}

/**
 * Classifies rows by the vote of {@linkcode knnVotes}; of classes with equal votes the first wins.
 *
 * @param options The examples, the rows and how.
 * @returns The class of each row, int32 `[M]`.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, or sizes or labels do not agree.
 */
export async function knnPredict(options: KnnOptions): Promise<Int32Array> {
  return mostProbable(await knnVotes(options), options.classes);
}

/**
 * How often {@linkcode knnPredict} is right.
 *
 * @param options The examples, the rows, the truth and how.
 * @returns The share of rows classified rightly, 0 to 1.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, or sizes or labels do not agree.
 */
export async function knnAccuracy(options: KnnAccuracyOptions): Promise<number> {
  checkExamples({ features: options.test, labels: options.testLabels }, options);
  return accuracy(await knnPredict(options), options.testLabels);
}
