import { permutation } from "../random.ts";

/** Into so many parts examples are divided for cross-validation. */
export const FOLDS = 5;

/**
 * Deals the examples of each class out to folds, so that each is held out once by a fit to the others
 * and every fit has all classes that occur.
 *
 * A class of fewer than {@linkcode FOLDS} examples gives one each to the first folds: each is held out
 * alone of its class. A class's only example is never held out, as nothing else tells of the class.
 * All classes begin at fold 0, so that equally large ones stay so in every fit.
 *
 * @param labels Classes, int32 `[N]`.
 * @param seed Which examples go together is a function of it, of their order and of the classes.
 * @returns The fold that holds each example out, int32 `[N]`, from 0 to {@linkcode FOLDS} − 1; −1 for
 * one that none does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stratifiedFolds } from "./folds.ts";
 * const folds = stratifiedFolds(Int32Array.of(0, 0, 1), 7);
 * assertEquals(folds.toSorted(), Int32Array.of(-1, 0, 1));
 * ```
 */
export function stratifiedFolds(labels: Int32Array, seed: number): Int32Array {
  const rowsOf = Map.groupBy(labels.keys(), (row) => labels[row]);
  const folds = new Int32Array(labels.length).fill(-1);
  for (const [label, rows] of rowsOf) {
    if (rows.length < 2) continue;
    permutation(rows.length, seed, label).forEach((pick, i) => folds[rows[pick]] = i % FOLDS);
  }
  return folds;
}

/** A part of the examples that is judged, and what is learnt from to do so. */
export interface Split {
  /** The rows of a fold, rising. */
  heldOut: number[];
  /** All other rows, rising. */
  rest: number[];
}

/**
 * The splits of a cross-validation: one a fold.
 *
 * @param folds The fold that holds each example out, int32 `[N]`; −1 for one that none does.
 * @returns The splits, in the order of the folds; none without a fold.
 */
export function foldSplits(folds: Int32Array): Split[] {
  const rows = [...folds.keys()];
  return [...new Set(folds)].filter((fold) => fold >= 0).sort().map((fold) => ({
    heldOut: rows.filter((row) => folds[row] === fold),
    rest: rows.filter((row) => folds[row] !== fold),
  }));
}

/**
 * The examples that some fold holds out.
 *
 * @param folds The fold that holds each example out, int32 `[N]`; −1 for one that none does.
 * @returns Their rows, int32, rising.
 */
export function judgedRows(folds: Int32Array): Int32Array {
  return Int32Array.from(folds.keys().filter((row) => folds[row] >= 0));
}
