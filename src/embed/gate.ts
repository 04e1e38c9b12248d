/** Lets pieces of work through, a few at a time, in the order they came. */
export type Gate = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * A gate with a number of places: work waits until one is free.
 *
 * Decoding goes through one gate for the whole service, so that a flood of images does not take a
 * thread each; the device through another, so that several encoders take turns on it.
 *
 * @param places How many pieces of work may go on together, at least 1.
 * @returns The gate; what the work returns or throws passes through it.
 *
 * @example
 * ```ts
 * import { createGate } from "./gate.ts";
 * const gate = createGate(1);
 * const order: string[] = [];
 * await Promise.all([
 *   gate(async () => { order.push("first in"); await Promise.resolve(); order.push("first out"); }),
 *   gate(async () => { order.push("second in"); }),
 * ]);
 * console.assert(order.join() === "first in,first out,second in");
 * ```
 */
export function createGate(places: number): Gate {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((enter) => waiting.push(enter)); // its place is handed on to it
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
