import type { Gate } from "./gate.ts";

/** What several parties share, such as the processes that decode. */
export interface Turns {
  /**
   * Lets another party in.
   *
   * @returns Its gate: its own tasks go through in order, and parties that wait take turns, however
   * much one of them has.
   */
  join(): Gate;
}

/**
 * Turns at something that takes `width` tasks at a time.
 *
 * @param width How many may be under way, at least 1.
 * @returns The turns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createTurns } from "./turns.ts";
 * const turns = createTurns(1);
 * const [many, few] = [turns.join(), turns.join()];
 * let order = "";
 * const task = (name: string) => () => Promise.resolve(order += name);
 * await Promise.all([many(task("a")), many(task("b")), many(task("c")), few(task("x"))]);
 * assertEquals(order, "abxc"); // b waited before x came
 * ```
 */
export function createTurns(width: number): Turns {
  /** The parties that wait, the next one first. */
  const parties: (() => void)[][] = [];
  let free = width;

  /** Hands a place on, so that nobody slips in between. */
  function handOn(): void {
    const party = parties.shift();
    if (party === undefined) return void free++;
    const enter = party.shift()!;
    if (party.length > 0) parties.push(party);
    enter();
  }

  return {
    join() {
      const waiting: (() => void)[] = [];
      return async (task) => {
        if (free > 0) free--;
        else {
          await new Promise<void>((enter) => {
            if (waiting.push(enter) === 1) parties.push(waiting);
          });
        }
        try {
          return await task();
        } finally {
          handOn();
        }
      };
    },
  };
}
