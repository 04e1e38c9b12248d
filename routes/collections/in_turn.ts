import { LookalikeError } from "../../src/errors.ts";
import { createGate } from "../../src/gate.ts";

/** Requests that wait or run. */
const MOST = 8;

/** Does a request's work when its turn comes, and nothing if nobody waits for it any more. */
export type Turn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * Turns at work that takes all cores, or much memory, for seconds: one request at a time, and a few
 * that wait.
 *
 * @param what What a request is for, as «for …» or «to …».
 * @returns What does work in turn: it throws `overloaded` where too many wait, and where the signal
 * ended the work its reason, or `interrupted`.
 */
export function createTurn(what: string): Turn {
  const gate = createGate(1);
  let inHand = 0;
  return async (work, signal) => {
    if (inHand >= MOST) {
      throw new LookalikeError(
        "overloaded",
        `Cannot take another request ${what} as at most ${MOST} may wait: there are as many.`,
        { retryAfter: 2 },
      );
    }
    inHand++;
    try {
      return await gate(async () => {
        signal.throwIfAborted();
        return await work();
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      if (signal.reason instanceof LookalikeError) throw signal.reason;
      const sentence = "Cannot answer as the caller has left.";
      throw new LookalikeError("interrupted", sentence, { cause: signal.reason });
    } finally {
      inHand--;
    }
  };
}
