import { plainVector, unitVector, type VectorCheck } from "./checks.ts";
import type { Metric } from "./collections.ts";

/**
 * How a metric's vectors are kept and compared. On the device any metric is q·v + bias, and the
 * greater is the nearer; here it is a score in float64.
 */
export interface MetricRules {
  /** Checks a vector, and makes it what is kept. */
  prepare(vector: Float32Array, check: VectorCheck): Float32Array;
  /** What is added to q·v on the device, of the square of v's length. */
  bias(squaredLength: number): number;
  /** What q·v + bias is at a score. */
  onDevice(score: number, query: Float32Array): number;
  /** The score of the vector that begins at an offset. */
  score(query: Float32Array, vectors: Float32Array, offset: number): number;
  /** 1 if the greater score is the nearer, else −1. */
  sign: 1 | -1;
  /** Brings a score that rounding has made impossible back to what can be. */
  clamp(score: number): number;
}

const DOT: MetricRules = {
  prepare: plainVector,
  bias: () => 0,
  onDevice: (score) => score,
  score: dot,
  sign: 1,
  clamp: (score) => score,
};

/** The rules of each metric. */
export const METRICS: Readonly<Record<Metric, MetricRules>> = {
  cosine: { ...DOT, prepare: unitVector, clamp: (score) => Math.max(-1, Math.min(1, score)) },
  dot: DOT,
  euclidean: {
    ...DOT,
    // |q − v|² = |q|² − 2 (q·v − |v|² / 2), and |q| is the same for all
    bias: (squaredLength) => -squaredLength / 2,
    onDevice: (distance, query) => (dot(query, query, 0) - distance * distance) / 2,
    score: distance,
    sign: -1,
  },
};

/**
 * The scalar product in float64.
 *
 * @param query float32 `[F]`.
 * @param vectors Vectors one after another.
 * @param offset Where the other one begins.
 * @returns Their product.
 */
export function dot(query: Float32Array, vectors: Float32Array, offset: number): number {
  let sum = 0;
  for (let at = 0; at < query.length; at++) sum += query[at] * vectors[offset + at];
  return sum;
}

function distance(query: Float32Array, vectors: Float32Array, offset: number): number {
  let sum = 0;
  for (let at = 0; at < query.length; at++) {
    const difference = query[at] - vectors[offset + at];
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
