/** How much a new measurement counts beside those before. */
const NEWEST = 0.2;

/** Two batches must take so much less than one: those who are parted come back apart. */
const WORTH_IT = 0.85;

/** Decides how many images to compute together, by what batches took so far. */
export interface BatchPlan {
  /**
   * How many of the waiting images the next batch should have.
   *
   * @param waiting How many there are, at least 1.
   * @param most The most that a batch may have.
   * @returns All of them, up to `most`, or as many as fill a size, where padding all to the next size
   * would take clearly longer than two batches.
   */
  next(waiting: number, most: number): number;
  /** Notes what a batch of so many images took, in milliseconds. */
  took(count: number, milliseconds: number): void;
}

/**
 * A plan that knows nothing yet: it takes time to grow with the size until it has seen otherwise. On
 * processors that is about so, and padding is what costs; where a batch of 32 takes as long as one of
 * a single image, it learns that from the first batch that it divides.
 *
 * @param sizes The sizes in which batches are computed, ascending.
 * @returns The plan.
 *
 * @example
 * ```ts
 * import { createBatchPlan } from "./batch_plan.ts";
 * const plan = createBatchPlan([1, 2, 4, 8, 16]);
 * plan.took(16, 120);
 * console.assert(plan.next(9, 16) === 8); // and one more: 68 ms in place of 120
 * console.assert(plan.next(14, 16) === 14); // 105 ms and two small batches would gain nothing
 * ```
 */
export function createBatchPlan(sizes: readonly number[]): BatchPlan {
  const measured = new Map<number, number>(); // by size
  const paddedTo = (count: number) => sizes.find((size) => size >= count) ?? sizes.at(-1)!;

  /** What a batch takes, or would if time grew with the size, but no more than a larger one. */
  function cost(count: number): number {
    const size = paddedTo(count);
    const own = measured.get(size);
    if (own !== undefined) return own;
    const known = [...measured].sort(([a], [b]) => Math.abs(a - size) - Math.abs(b - size));
    if (known.length === 0) return 0;
    const [[nearest, milliseconds]] = known;
    const larger = known.filter(([other]) => other > size).map(([, milliseconds]) => milliseconds);
    return Math.min(milliseconds * size / nearest, ...larger);
  }

  return {
    next(waiting, most) {
      const count = Math.min(waiting, most);
      const filled = sizes.findLast((size) => size <= count) ?? count;
      if (filled === count) return count;
      const apart = cost(filled) + cost(count - filled);
      return apart < WORTH_IT * cost(count) ? filled : count;
    },
    took(count, milliseconds) {
      const size = paddedTo(count);
      const before = measured.get(size) ?? milliseconds;
      measured.set(size, before + NEWEST * (milliseconds - before));
    },
  };
}
