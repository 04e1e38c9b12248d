import { LookalikeError } from "../errors.ts";
import { compile, tf, topK } from "../tensorflow/mod.ts";
import { checkFeatures } from "./examples.ts";

/** The examples that are most similar to each of some rows. */
export interface Neighbours {
  /** How many each row has. */
  k: number;
  /** Cosine similarities, the largest first, float32 `[M, k]`. */
  similarities: Float32Array;
  /** Which examples these are, int32 `[M, k]`. */
  indices: Int32Array;
}

// Similarities of a chunk of queries stay within 64 MiB of float32.
const MAX_SIMILARITIES = 1 << 24;
const MAX_QUERIES = 512;

/**
 * Finds the examples that are nearest to each row, by cosine similarity.
 *
 * Exact, on the device, a chunk of queries at a time. Of equally similar examples the first counts.
 *
 * @param options.train The examples, float32 `[N, F]`.
 * @param options.test The rows, float32 `[M, F]`.
 * @param options.dimension F.
 * @param options.k How many; all, if there are fewer.
 * @returns The neighbours.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, the features are not rows of F,
 * or k is not a whole number from 1.
 */
export async function nearestNeighbours(
  options: { train: Float32Array; test: Float32Array; dimension: number; k: number },
): Promise<Neighbours> {
  const { train, test, dimension } = options;
  const count = checkFeatures(train, dimension);
  const queries = checkFeatures(test, dimension);
  if (!Number.isInteger(options.k) || options.k < 1) {
    const message =
      `Cannot look for nearest neighbours as k must be a whole number from 1: it is ${options.k}.`;
    throw new LookalikeError("invalid_input", message, { param: "k" });
  }

  const k = Math.min(options.k, count);
  const chunk = Math.max(1, Math.min(queries, MAX_QUERIES, Math.floor(MAX_SIMILARITIES / count)));
  const examples = tf.tidy(() => unit(tf.tensor2d(train, [count, dimension]))); // [N, F]
  const nearest = compile(
    (rows: tf.Tensor2D) => topK(tf.matMul(unit(rows), examples, false, true), k),
    { name: "nearest" },
  );
  const found = {
    k,
    similarities: new Float32Array(queries * k),
    indices: new Int32Array(queries * k),
  };
  try {
    for (let start = 0; start < queries; start += chunk) {
      // The last chunk is filled up with zeros, so that one trace serves all.
      const rows = new Float32Array(chunk * dimension);
      rows.set(test.subarray(start * dimension, (start + chunk) * dimension));
      const input = tf.tensor2d(rows, [chunk, dimension]);
      const { values, indices } = await nearest(input);
      const [similarities, which] = await Promise.all([values.data(), indices.data()]); // [chunk, k]
      tf.dispose([input, values, indices]);
      const own = Math.min(chunk, queries - start) * k;
      found.similarities.set((similarities as Float32Array).subarray(0, own), start * k);
      found.indices.set((which as Int32Array).subarray(0, own), start * k);
    }
  } finally {
    nearest.dispose();
    examples.dispose();
  }
  return found;
}

/** Rows of length 1; a row of zeros stays one. */
function unit(rows: tf.Tensor2D): tf.Tensor2D {
  const lengths = rows.square().sum(1, true).sqrt(); // [N, 1]
  return rows.div(lengths.maximum(1e-12));
}
