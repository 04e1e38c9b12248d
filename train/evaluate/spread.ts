/** A number that was measured once a seed. */
export interface Spread {
  mean: number;
  /** Standard deviation over seeds (n − 1); null where there is one value. */
  deviation: number | null;
  min: number;
  max: number;
  /** One a seed, in their order. */
  values: number[];
}

/**
 * Sums up what several seeds gave.
 *
 * @param values One a seed, one at least.
 * @returns Mean, standard deviation and ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { spreadOf } from "./spread.ts";
 * assertEquals(spreadOf([1, 2, 6]), { mean: 3, deviation: Math.sqrt(7), min: 1, max: 6, values: [1, 2, 6] });
 * ```
 */
export function spreadOf(values: number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null,
    min: Math.min(...values),
    max: Math.max(...values),
    values,
  };
}
