import { type Figures, meanOf, type Pooled, varianceOf } from "./figures.ts";
import { studentT } from "./student_t.ts";

/** A figure of a cell, and what to call it. */
export interface Side {
  name: string;
  label: string;
  /** `linear` unless told. */
  figure?: string;
}

/**
 * A cell by its own label, compared by the linear probe of h.
 *
 * @param label What the study calls it.
 * @returns The side.
 */
export function sideOf(label: string): Side {
  return { name: label, label };
}

/** By how much one side is above the other, and how sure that is. */
export interface Comparison {
  above: Side;
  below: Side;
  /** Means of both, 0 to 1. */
  means: [above: number, below: number];
  seeds: [above: number, below: number];
  /** Mean of `above` less mean of `below`. */
  difference: number;
  /** The 95 % interval of the difference; null where no cell has two seeds to tell the spread by. */
  interval: [low: number, high: number] | null;
}

/**
 * What the pooled variance counts, in seeds: a cell's own variance over two or three seeds is mostly
 * chance itself, and two seeds that agree are no proof of precision.
 */
const PRIOR_DEGREES = 4;
const CONFIDENCE = 0.95;

/**
 * Compares the means of two cells over their seeds.
 *
 * The standard error is Welch's, √(s₁²/n₁ + s₂²/n₂). Each s² is the cell's own variance averaged with
 * the variance pooled over the study's cells, which counts as four more seeds (a moderated variance:
 * Smyth 2004, "Linear models and empirical Bayes methods", §3); a cell with one seed takes the pooled
 * one. The degrees of freedom are Welch and Satterthwaite's.
 *
 * @param figures What was measured.
 * @param sides What ought to be above what.
 * @returns The comparison, or null if a side is not measured.
 */
export function compare(
  figures: Figures,
  sides: { above: Side; below: Side },
): Comparison | null {
  const [above, below] = [sides.above, sides.below].map(({ label, figure = "linear" }) => ({
    values: figures.values(label, figure),
    pooled: figures.pooled(figure),
  }));
  if (above.values.length === 0 || below.values.length === 0) return null;
  const means: [number, number] = [meanOf(above.values), meanOf(below.values)];
  const difference = means[0] - means[1];
  const errors = [above, below].map(({ values, pooled }) => squaredError(values, pooled));
  return {
    ...sides,
    means,
    seeds: [above.values.length, below.values.length],
    difference,
    interval: intervalAround(difference, errors),
  };
}

/** The squared standard error of a mean. */
function squaredError(values: number[], pooled: Pooled | null): Pooled | null {
  if (pooled === null) return null;
  const prior = Math.min(PRIOR_DEGREES, pooled.degrees);
  const own = values.length - 1;
  const squares = prior * pooled.variance + (own === 0 ? 0 : own * varianceOf(values));
  const degrees = own === 0 ? pooled.degrees : prior + own;
  return { variance: squares / (prior + own) / values.length, degrees };
}

function intervalAround(
  difference: number,
  errors: (Pooled | null)[],
): [number, number] | null {
  const [first, second] = errors;
  if (first === null || second === null) return null;
  const variance = first.variance + second.variance;
  if (variance === 0) return [difference, difference];
  const degrees = variance ** 2 /
    (first.variance ** 2 / first.degrees + second.variance ** 2 / second.degrees);
  const reach = studentT((1 + CONFIDENCE) / 2, degrees) * Math.sqrt(variance);
  return [difference - reach, difference + reach];
}
