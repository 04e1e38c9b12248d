import type { MiddlewareHandler } from "hono";
import { LookalikeError } from "../../src/errors.ts";
import type { AppEnv, RequestLimits } from "../services.ts";

/**
 * Answers 504 where an answer takes too long, and aborts `c.var.signal` then, so that what still
 * waits in a queue is dropped. A write that has begun is finished all the same.
 *
 * @param limits The seconds in which a request must be answered.
 * @returns The middleware; what comes before it does not count.
 * @throws {LookalikeError} `timed_out`.
 */
export function timeLimit({ requestSeconds }: RequestLimits): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const late = Promise.withResolvers<never>();
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const error = new LookalikeError(
        "timed_out",
        `Cannot answer as a request may take at most ${requestSeconds} s: it took longer.`,
      );
      late.reject(error);
      setTimeout(() => controller.abort(error)); // the answer first: the handler's own would be "interrupted"
    }, requestSeconds * 1000);
    c.set("signal", AbortSignal.any([c.var.signal, controller.signal]));
    try {
      await Promise.race([next(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
