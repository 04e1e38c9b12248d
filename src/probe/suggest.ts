import { setImmediate } from "node:timers/promises";
import { LookalikeError } from "../errors.ts";
import { permutation } from "../random.ts";
import { coverGreedily } from "./cover_greedily.ts";
import { similarities } from "./similarities.ts";

/** What may be labelled, what is, and how many to pick. */
export interface SuggestOptions {
  /** Vectors of what has no label, float32 `[M, F]`, of length 1; M ≥ 1. */
  candidates: Float32Array;
  /** Vectors of what has one, float32 `[N, F]`, of length 1; N may be 0. */
  known: Float32Array;
  /** F. */
  dimension: number;
  /** What a classifier says of the candidates, calibrated, float32 `[M, C]`; null where there is none. */
  probabilities: Float32Array | null;
  /** How many to pick, 1 to 1,024. */
  count: number;
  /** Which are looked at, of more than 4,096 candidates, is a function of it; 0 unless told. */
  seed?: number;
  /** Ends it early: it then throws the signal's reason. */
  signal?: AbortSignal;
}

/** Which candidates to label next, the most useful first. */
export interface Suggestions {
  /** Their rows, each once, int32: `count` of them, or all M if those are fewer. */
  rows: Int32Array;
  /**
   * What each adds to those before it, float32, never rising: the share of all candidates, 0 to 1, that
   * it comes to stand for. Where there is a classifier a candidate counts by its doubt.
   */
  scores: Float32Array;
}

/** So many candidates are looked at; their similarities take 64 MiB. */
const MOST_CANDIDATES = 4096;
/** Of so many, not more can be told apart well. */
const MOST_PICKS = MOST_CANDIDATES / 4;
/** So many numbers are checked before others may use the thread: some milliseconds. */
const UNINTERRUPTED = 2 ** 20;

/**
 * Suggests which candidates to label next: those that together stand for most of the others, beside
 * what has a label already. With a classifier, candidates count by its doubt, 1 − the probability of
 * the best class, so that picks go where it errs and many images are alike; while it knows little it
 * doubts everything, and this turns into the former (Bae et al. 2024, "Uncertainty Herding: One Active
 * Learning Method for All Label Budgets", arXiv 2412.20644, §3; its kernel narrows as labels grow, ours
 * keeps a width).
 *
 * Of more than 4,096 candidates a sample of 4,096 is looked at, drawn by the seed: the picks are of
 * these, and stand for these. What it costs beyond that grows with N alone.
 *
 * @param options The candidates, what is labelled, what a classifier says, and how many.
 * @returns The picks; a function of the options alone, on one machine.
 * @throws {LookalikeError} `invalid_input` if sizes do not agree, or a number that is looked at is not
 * finite or no probability.
 */
export async function suggest(options: SuggestOptions): Promise<Suggestions> {
  const { candidates, known, dimension, probabilities, count, seed = 0, signal } = options;
  const total = countRows(candidates, { dimension, param: "candidates" });
  if (known.length > 0) countRows(known, { dimension, param: "known" });
  if (!Number.isInteger(count) || count < 1 || count > MOST_PICKS) {
    throw invalid(`count must be a whole number from 1 to ${MOST_PICKS}: it is ${count}`, "count");
  }
  if (probabilities && (probabilities.length === 0 || probabilities.length % total !== 0)) {
    const found = `there are ${probabilities.length} for ${total}`;
    throw invalid(
      `each candidate must have a probability of each class: ${found}`,
      "probabilities",
    );
  }
  const pool = permutation(total, seed).subarray(0, MOST_CANDIDATES).sort();
  const vectors = select(candidates, pool, dimension);
  const weights = weigh(probabilities, { pool, total });
  await refuseNonFinite(known, { dimension, signal });
  const alike = await similarities(vectors, known, { dimension, signal });
  const most = Math.min(count, total);
  const { picks, gains } = await coverGreedily(alike, { weights, count: most, signal });
  return { rows: picks.map((pick) => pool[pick]), scores: gains };
}

/** By how much each candidate of the pool counts: by its doubt, unless there is none anywhere. */
function weigh(
  probabilities: Float32Array | null,
  { pool, total }: { pool: Int32Array; total: number },
): Float32Array {
  const alike = new Float32Array(pool.length).fill(1);
  if (!probabilities) return alike;
  const classes = probabilities.length / total;
  const doubts = Float32Array.from(pool, (row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const wrong = own.find((probability) => !(probability >= 0 && probability <= 1));
    if (wrong === undefined) return 1 - own.reduce((most, each) => Math.max(most, each), 0);
    throw invalid(
      `probabilities must be from 0 to 1: candidate ${row} has ${wrong}`,
      "probabilities",
    );
  });
  return doubts.some((doubt) => doubt > 0) ? doubts : alike;
}

/** The rows of the pool, float32 `[P, F]`. */
function select(candidates: Float32Array, pool: Int32Array, dimension: number): Float32Array {
  const chosen = new Float32Array(pool.length * dimension);
  pool.forEach((row, i) => {
    const own = candidates.subarray(row * dimension, (row + 1) * dimension);
    if (nonFinite(own) >= 0) {
      throw invalid(`vectors must be finite: candidate ${row} is not`, "candidates");
    }
    chosen.set(own, i * dimension);
  });
  return chosen;
}

async function refuseNonFinite(
  known: Float32Array,
  { dimension, signal }: { dimension: number; signal?: AbortSignal },
): Promise<void> {
  for (let start = 0; start < known.length; start += UNINTERRUPTED) {
    const wrong = nonFinite(known.subarray(start, start + UNINTERRUPTED));
    if (wrong >= 0) {
      const row = Math.floor((start + wrong) / dimension);
      throw invalid(`vectors must be finite: known vector ${row} is not`, "known");
    }
    await setImmediate(); // there may be a hundred thousand
    signal?.throwIfAborted();
  }
}

/** The place of the first number that is not finite, or −1. A loop, as millions may be looked at. */
function nonFinite(numbers: Float32Array): number {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return i;
  return -1;
}

function countRows(
  vectors: Float32Array,
  { dimension, param }: { dimension: number; param: string },
): number {
  const count = vectors.length / dimension;
  if (Number.isInteger(count) && count > 0) return count;
  throw invalid(
    `${param} must be rows of ${dimension} numbers: there are ${vectors.length} numbers`,
    param,
  );
}

function invalid(rule: string, param: string): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot suggest as ${rule}.`, { param });
}
