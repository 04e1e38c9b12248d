/** Wakes one who waits. */
export interface Bell {
  /** Ends the wait that is, or else the next one at once. */
  ring(): void;
  /** Waits until it rings, or so many milliseconds at most. One at a time may wait. */
  wait(ms: number): Promise<void>;
}

/**
 * A bell. Unlike a race of promises, it holds on to nothing, however often somebody waits.
 *
 * @returns The bell, silent.
 *
 * @example
 * ```ts
 * import { createBell } from "./bell.ts";
 * const bell = createBell();
 * bell.ring();
 * await bell.wait(3_600_000); // which is over at once
 * ```
 */
export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms) {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, ms);
        await promise;
        clearTimeout(timer);
        wake = null;
      }
      rung = false;
    },
  };
}
