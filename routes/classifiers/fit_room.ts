import { LookalikeError } from "../../src/errors.ts";
import type { Gate } from "../../src/gate.ts";

/** Fits that wait or run; each may hold 64 MiB of vectors. */
const MOST = 8;

/**
 * Room for a few fits, with the examples that they hold.
 *
 * @returns What lets a fit in at once, or throws `overloaded` where there are too many.
 */
export function createFitRoom(): Gate {
  let inHand = 0;
  return async (fit) => {
    if (inHand >= MOST) {
      throw new LookalikeError(
        "overloaded",
        `Cannot fit another classifier as at most ${MOST} may be under way: there are as many.`,
        { retryAfter: 2 },
      );
    }
    inHand++;
    try {
      return await fit();
    } finally {
      inHand--;
    }
  };
}
