import { createGate } from "../../src/gate.ts";
import { ended } from "../requests/ended.ts";
import { createRoom } from "../requests/room.ts";

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
  const refusal =
    `Cannot take another request ${what} as at most ${MOST} may wait: there are as many.`;
  const room = createRoom(MOST, refusal);
  const gate = createGate(1);
  return (work, signal) =>
    room(() =>
      gate(async () => {
        signal.throwIfAborted();
        return await work();
      }).catch((error) => {
        throw signal.aborted
          ? ended(signal.reason, "Cannot answer as the caller has left.")
          : error;
      })
    );
}
