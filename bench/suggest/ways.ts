import { suggest } from "../../src/probe/suggest.ts";
import { permutation } from "../../src/random.ts";

/** What is known when the next images are picked. */
export interface Standing {
  /** Vectors of images without a label, float32 `[M, F]`. */
  candidates: Float32Array;
  /** Vectors of those with one, float32 `[N, F]`. */
  known: Float32Array;
  dimension: number;
  /** What the probe fitted so far says of the candidates, float32 `[M, C]`; null before there is one. */
  probabilities: Float32Array | null;
  /** How many to pick. */
  count: number;
  seed: number;
}

/** A way of choosing which images to label: rows of the candidates. */
export type Way = (standing: Standing) => Int32Array | Promise<Int32Array>;

/** What the ways are called. */
export type WayName = "random" | "suggest" | "never a classifier" | "doubt alone";

/** The ways that are compared: what `suggest` does, and what it might have done instead. */
export const WAYS: readonly (readonly [WayName, Way])[] = [
  ["random", drawn],
  ["suggest", suggested],
  ["never a classifier", (standing) => suggested({ ...standing, probabilities: null })],
  ["doubt alone", (standing) => standing.probabilities ? doubted(standing) : suggested(standing)],
];

async function suggested(standing: Standing): Promise<Int32Array> {
  return (await suggest(standing)).rows;
}

function drawn({ candidates, known, dimension, count, seed }: Standing): Int32Array {
  const labelled = known.length / dimension;
  return permutation(candidates.length / dimension, seed, labelled).slice(0, count);
}

/** Those whose best class is least probable. */
function doubted({ candidates, dimension, probabilities, count }: Standing): Int32Array {
  const total = candidates.length / dimension;
  const classes = probabilities!.length / total;
  const best = Float32Array.from(
    { length: total },
    (_, row) => Math.max(...probabilities!.subarray(row * classes, (row + 1) * classes)),
  );
  return Int32Array.from(best.keys()).sort((a, b) => best[a] - best[b]).slice(0, count);
}
