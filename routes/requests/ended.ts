import { LookalikeError } from "../../src/errors.ts";

/**
 * Why nobody waits for an answer any more: the time is up, or the caller has left.
 *
 * @param reason The reason of a request's signal that was aborted.
 * @param sentence What to say if the caller has left.
 * @returns The error to answer with.
 */
export function ended(reason: unknown, sentence: string): LookalikeError {
  if (reason instanceof LookalikeError) return reason;
  return new LookalikeError("interrupted", sentence, { cause: reason });
}
