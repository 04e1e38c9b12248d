import { createTurns } from "./turns.ts";

/** Runs tasks as they come, a fixed number at a time; the others wait in order. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * A gate that lets `width` tasks through at a time.
 *
 * @param width How many may be under way, at least 1.
 * @returns The gate.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createGate } from "./gate.ts";
 * const gate = createGate(2);
 * const squares = await Promise.all([1, 2, 3].map((n) => gate(() => Promise.resolve(n * n))));
 * assertEquals(squares, [1, 4, 9]);
 * ```
 */
export function createGate(width: number): Gate {
  return createTurns(width).join();
}
