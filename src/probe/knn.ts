import { LookalikeError } from "../errors.ts";
import { compile, tf, topK } from "../tensorflow/mod.ts";
import { accuracy } from "./accuracy.ts";
import { checkExamples, checkFeatures, type ExampleShape } from "./examples.ts";
import { mostProbable } from "./most_probable.ts";

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

// Similarities of a chunk of queries stay within 64 MiB of float32.
const MAX_SIMILARITIES = 1 << 24;
const MAX_QUERIES = 512;

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
  const count = checkExamples({ features: train, labels: trainLabels }, options);
  const queries = checkFeatures(test, dimension);
  if (!Number.isInteger(k) || k < 1) throw invalid("k must be a whole number from 1", "k", k);
  if (!(temperature > 0)) throw invalid("temperature must be above 0", "temperature", temperature);

  const neighbours = Math.min(k, count);
  const chunk = Math.max(1, Math.min(queries, MAX_QUERIES, Math.floor(MAX_SIMILARITIES / count)));
  const examples = tf.tidy(() => unit(tf.tensor2d(train, [count, dimension]))); // [N, F]
  const nearest = compile(
    (rows: tf.Tensor2D) => topK(tf.matMul(unit(rows), examples, false, true), neighbours),
    { name: "nearest" },
  );
  const votes = new Float64Array(queries * classes);
  try {
    for (let start = 0; start < queries; start += chunk) {
      // The last chunk is filled up with zeros, so that one trace serves all.
      const rows = new Float32Array(chunk * dimension);
      rows.set(test.subarray(start * dimension, (start + chunk) * dimension));
      const input = tf.tensor2d(rows, [chunk, dimension]);
      const { values, indices } = await nearest(input);
      const [similarities, found] = await Promise.all([values.data(), indices.data()]); // [chunk, k]
      tf.dispose([input, values, indices]);
      for (let row = 0; row < Math.min(chunk, queries - start); row++) {
        const first = row * neighbours;
        for (let i = first; i < first + neighbours; i++) {
          // Relative to the nearest, so that a small τ does not overflow.
          votes[(start + row) * classes + trainLabels[found[i]]] += Math.exp(
            (similarities[i] - similarities[first]) / temperature,
          );
        }
      }
    }
  } finally {
    nearest.dispose();
    examples.dispose();
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

/** Rows of length 1; a row of zeros stays one. */
function unit(rows: tf.Tensor2D): tf.Tensor2D {
  const lengths = rows.square().sum(1, true).sqrt(); // [N, 1]
  return rows.div(lengths.maximum(1e-12));
}

function invalid(rule: string, param: string, value: number): LookalikeError {
  const message = `Cannot classify by nearest neighbours as ${rule}: it is ${value}.`;
  return new LookalikeError("invalid_input", message, { param });
}
