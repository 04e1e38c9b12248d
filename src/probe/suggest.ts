import { LookalikeError } from "../errors.ts";
import { permutation } from "../random.ts";
import { checkFeatures } from "./examples.ts";
import { coverGreedily } from "./cover_greedily.ts";
import { similarities } from "./similarities.ts";

/** What may be labelled, what is, and how many to pick. */
export interface SuggestOptions {
  /** Vectors of what has no label, float32 `[M, F]`; of length 1. */
  candidates: Float32Array;
  /** Vectors of what has one, float32 `[N, F]`; N may be 0. */
  known: Float32Array;
  /** F. */
  dimension: number;
  /** What a classifier says of the candidates, float32 `[M, C]`; null where there is none. */
  probabilities: Float32Array | null;
  /** How many to pick, from 1; all candidates, if they are fewer. */
  count: number;
  /** Which are looked at, of more than 4,096 candidates, is a function of it; 0 unless told. */
  seed?: number;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Which candidates to label next, the most useful first. */
export interface Suggestions {
  /** Their rows, each once, int32 `[min(count, M)]`. */
  rows: Int32Array;
  /**
   * What each adds to those before it, float32, never rising: the share, 0 to 1, of all candidates
   * (weighted by how uncertain they are, where there is a classifier) that it comes to stand for.
   */
  scores: Float32Array;
}

/** So many candidates are looked at, twice as many as are wanted at least. */
const POOL = 4096;

/**
 * Suggests which candidates to label next: those that together stand for most of the others, and,
 * where there is a classifier, for those of which it is least certain.
 *
 * @param options The candidates, what is labelled, what a classifier says, and how many.
 * @returns The picks; a function of the options alone.
 * @throws {LookalikeError} `invalid_input` if a number is not finite or sizes do not agree.
 */
export async function suggest(options: SuggestOptions): Promise<Suggestions> {
  const { candidates, known, dimension, probabilities, seed = 0, signal } = options;
  const total = checkFeatures(candidates, dimension);
  if (known.length > 0) checkFeatures(known, dimension);
  if (!Number.isSafeInteger(options.count) || options.count < 1) {
    throw invalid("count must be a whole number from 1", "count", options.count);
  }
  const count = Math.min(options.count, total);
  const doubts = probabilities && doubtsOf(probabilities, total);
  const pool = permutation(total, seed).subarray(0, Math.max(POOL, 2 * count)).sort();
  const vectors = rowsOf(candidates, pool, dimension);
  const kernel = await similarities(vectors, known, { dimension, signal });
  const weights = Float32Array.from(pool, (row) => doubts ? doubts[row] : 1);
  const { picks, gains } = await coverGreedily(kernel, { weights, count, signal });
  return { rows: picks.map((pick) => pool[pick]), scores: gains };
}

/** How far each row's best class is from certain, 0 to 1. */
function doubtsOf(probabilities: Float32Array, rows: number): Float32Array {
  const classes = checkFeatures(probabilities, probabilities.length / rows) &&
    probabilities.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    return 1 - Math.max(...own);
  });
}

function rowsOf(features: Float32Array, rows: Int32Array, dimension: number): Float32Array {
  const chosen = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) =>
    chosen.set(features.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  );
  return chosen;
}

function invalid(rule: string, param: string, value: number): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot suggest as ${rule}: it is ${value}.`, {
    param,
  });
}
