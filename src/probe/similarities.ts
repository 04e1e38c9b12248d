import { compile, tf } from "../tensorflow/mod.ts";

/** How alike candidates are. */
export interface Similarities {
  /** Of each candidate with each, 0 to 1, float32 `[P, P]`. */
  candidates: Float32Array;
  /** Of each candidate with the most similar of what is known, float32 `[P]`; 0 where none is. */
  known: Float32Array;
}

const CHUNK = 512;

/**
 * Compares candidates with each other and with what is known: exp(−d²/σ²), a fixed share of the mean
 * squared distance as σ².
 *
 * @param candidates float32 `[P, F]`.
 * @param known float32 `[N, F]`; N may be 0.
 * @param options F, and what ends it early.
 * @returns How alike they are.
 */
export async function similarities(
  candidates: Float32Array,
  known: Float32Array,
  options: { dimension: number; signal?: AbortSignal },
): Promise<Similarities> {
  const { dimension, signal } = options;
  const count = candidates.length / dimension;
  const x = tf.tensor2d(candidates, [count, dimension]);
  const width = meanSquare(candidates, dimension) / 4;
  const compare = compile((rows: tf.Tensor2D) => {
    const products = tf.matMul(rows, x, false, true); // [chunk, P]
    const own = rows.square().sum(1, true); // [chunk, 1]
    const other = x.square().sum(1); // [P]
    const distances = tf.add(own, other).sub(products.mul(2)).maximum(0); // [chunk, P]
    return distances.div(-Math.max(width, 1e-12)).exp() as tf.Tensor2D;
  }, { name: "similarities" });
  const result = {
    candidates: new Float32Array(count * count),
    known: new Float32Array(count),
  };
  try {
    for (let start = 0; start < count; start += CHUNK) {
      const values = await blockOf(candidates, start);
      result.candidates.set(values.subarray(0, (count - start) * count), start * count);
    }
    for (let start = 0; start < known.length / dimension; start += CHUNK) {
      const values = await blockOf(known, start);
      const rows = Math.min(CHUNK, known.length / dimension - start);
      for (let i = 0; i < rows * count; i++) {
        if (values[i] > result.known[i % count]) result.known[i % count] = values[i];
      }
    }
  } finally {
    compare.dispose();
    x.dispose();
  }
  return result;

  async function blockOf(features: Float32Array, start: number): Promise<Float32Array> {
    signal?.throwIfAborted();
    const rows = new Float32Array(CHUNK * dimension);
    rows.set(features.subarray(start * dimension, (start + CHUNK) * dimension));
    const input = tf.tensor2d(rows, [CHUNK, dimension]);
    const output = await compare(input);
    const values = await output.data() as Float32Array;
    tf.dispose([input, output]);
    return values;
  }
}

/** The mean squared distance of two rows: twice the variance. */
function meanSquare(features: Float32Array, dimension: number): number {
  const count = features.length / dimension;
  const mean = new Float64Array(dimension);
  let squares = 0;
  features.forEach((value, i) => {
    mean[i % dimension] += value / count;
    squares += value * value / count;
  });
  return 2 * (squares - mean.reduce((sum, value) => sum + value * value, 0));
}
