import { compile, tf } from "../tensorflow/mod.ts";

/** How alike vectors are, from 0 to 1: exp(−d²/σ²) of their distance d. */
export interface Similarities {
  /** Of each candidate with each, float32 `[P, P]`. */
  candidates: Float32Array;
  /** Of each candidate with the known vector most similar to it, float32 `[P]`; 0 where none is known. */
  known: Float32Array;
}

/** So many rows are compared in one call. */
const BLOCK = 512;

/**
 * σ² is the mean squared distance of two candidates over this: relative, as encoders differ in how far
 * apart they put images. Of 1, 2, 4, 8, 12 and 16, labels picked by it taught most at 10, 20, 50 and
 * 200 of 4,000 images of CIFAR-10.
 */
const SHARPNESS = 8;

/**
 * Compares candidates with each other and with what is known, by a Gaussian kernel: on the device, a
 * block of rows at a time. Takes 4 · P² bytes.
 *
 * @param candidates float32 `[P, F]`.
 * @param known float32 `[N, F]`; N may be 0.
 * @param options F, and what ends it early: it then throws the signal's reason.
 * @returns How alike they are; all 1 where all candidates are equal.
 */
export async function similarities(
  candidates: Float32Array,
  known: Float32Array,
  options: { dimension: number; signal?: AbortSignal },
): Promise<Similarities> {
  const { dimension, signal } = options;
  const count = candidates.length / dimension;
  const prepare = compile(standardize, { name: "standardize" });
  const input = tf.tensor2d(candidates, [count, dimension]);
  const { x, mean, σ } = await prepare(input);
  const kernel = (rows: tf.Tensor2D) => {
    const own = rows.sub(mean).div<tf.Tensor2D>(σ); // [BLOCK, F]
    const lengths = tf.add(own.square().sum(1, true), x.square().sum(1)); // [BLOCK, P]
    const distances = lengths.sub<tf.Tensor2D>(tf.matMul(own, x, false, true).mul(2)).maximum(0);
    return distances.neg().exp() as tf.Tensor2D; // [BLOCK, P]
  };
  const each = compile(kernel, { name: "similarities" });
  const largest = compile((rows: tf.Tensor2D) => kernel(rows).max<tf.Tensor1D>(0), {
    name: "largest_similarities",
  });
  const blocksOf = async function* (
    features: Float32Array,
    compare: (rows: tf.Tensor2D) => Promise<tf.Tensor>,
  ) {
    for (let start = 0; start < features.length / dimension; start += BLOCK) {
      signal?.throwIfAborted();
      const input = tf.tensor2d(blockAt(features, start, dimension), [BLOCK, dimension]);
      const output = await compare(input).finally(() => input.dispose());
      const values = await output.data().finally(() => output.dispose());
      yield { start, values: values as Float32Array };
    }
  };
  const found = { candidates: new Float32Array(count * count), known: new Float32Array(count) };
  try {
    for await (const { start, values } of blocksOf(candidates, each)) {
      found.candidates.set(values.subarray(0, (count - start) * count), start * count);
    }
    for await (const { values } of blocksOf(known, largest)) {
      values.forEach((value, i) => found.known[i] = Math.max(found.known[i], value));
    }
    return found;
  } finally {
    [prepare, each, largest].forEach((compiled) => compiled.dispose());
    tf.dispose([input, x, mean, σ]);
  }
}

/** `BLOCK` rows from one on; what is missing at the end is its last row again, so that one trace serves all. */
function blockAt(features: Float32Array, start: number, dimension: number): Float32Array {
  const block = new Float32Array(BLOCK * dimension);
  const own = features.subarray(start * dimension, (start + BLOCK) * dimension);
  block.set(own);
  const last = own.subarray(own.length - dimension);
  for (let at = own.length; at < block.length; at += dimension) block.set(last, at);
  return block;
}

/**
 * Vectors in units of the kernel's width σ, about their mean: differences of vectors that are nearly
 * equal would else drown in float32's rounding.
 */
function standardize(vectors: tf.Tensor2D) {
  const mean = vectors.mean(0); // [F]
  const centred = vectors.sub<tf.Tensor2D>(mean); // [P, F]
  const squaredDistance = centred.square().sum(1).mean().mul(2); // [], of two rows
  const σ = squaredDistance.div(SHARPNESS).sqrt().maximum(1e-20); // all may be equal
  return { x: centred.div<tf.Tensor2D>(σ), mean, σ };
}
