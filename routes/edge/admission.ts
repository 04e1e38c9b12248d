import type { MiddlewareHandler } from "hono";
import { LookalikeError } from "../../src/errors.ts";
import type { AppEnv, Services } from "../services.ts";

/** Each that waits for its body costs a connection and some 10 KB, though its body counts apart. */
const MOST_IN_HAND = 4096;

/**
 * Takes requests while the service is ready, and so many at once as it can hold.
 *
 * @param services Where the service stands.
 * @param options.most How many may be in hand.
 * @returns The middleware.
 * @throws {LookalikeError} `unavailable` or `overloaded`, with when to come back.
 */
export function admission(
  { phase }: Pick<Services, "phase">,
  { most = MOST_IN_HAND }: { most?: number } = {},
): MiddlewareHandler<AppEnv> {
  let inHand = 0;
  return async (_, next) => {
    const now = phase();
    if (now !== "ready") {
      const doing = now === "warming" ? "still loading its encoders" : "stopping";
      throw new LookalikeError("unavailable", `Cannot answer as the service is ${doing}.`, {
        retryAfter: 5,
      });
    }
    if (inHand >= most) {
      throw new LookalikeError(
        "overloaded",
        `Cannot answer as there may be ${most} requests at once: there are as many.`,
        { retryAfter: 1 },
      );
    }
    inHand++;
    try {
      await next();
    } finally {
      inHand--;
    }
  };
}
