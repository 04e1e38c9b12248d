import { LookalikeError } from "../../src/errors.ts";
import type { Gate } from "../../src/gate.ts";

/**
 * Room for a few requests that each hold much: what lets one in at once, or refuses it.
 *
 * @param most How many may be in hand.
 * @param refusal The sentence for one more.
 * @returns The room; it throws `overloaded` where there are too many.
 */
export function createRoom(most: number, refusal: string): Gate {
  let inHand = 0;
  return async (work) => {
    if (inHand >= most) throw new LookalikeError("overloaded", refusal, { retryAfter: 2 });
    inHand++;
    try {
      return await work();
    } finally {
      inHand--;
    }
  };
}
