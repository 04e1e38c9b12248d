import type { MiddlewareHandler } from "hono";
import { LookalikeError } from "../../src/errors.ts";
import type { Access, AppEnv } from "../services.ts";

const MINUTE_MS = 60_000;

/** Callers that are remembered; past it, those that came longest ago begin anew. */
const MOST_CALLERS = 10_000;

/**
 * Limits the requests of each caller: a bucket of a minute's requests that fills evenly. A caller is
 * a key, or an address where none was sent; behind a proxy, that is the proxy's.
 *
 * @param access The limit of those that have none of their own.
 * @returns The middleware; it says in `RateLimit-` headers what is left.
 * @throws {LookalikeError} `rate_limited`, with the seconds until the next may come.
 */
export function rateLimit(access: Access): MiddlewareHandler<AppEnv> {
  const take = createBuckets();
  return async (c, next) => {
    const { key } = c.var;
    const perMinute = key?.requestsPerMinute ?? access.requestsPerMinute;
    if (perMinute === 0) return await next();
    const remote = c.env?.remoteAddr;
    const address = remote && "hostname" in remote ? remote.hostname : "";
    const { remaining, resetMs, waitMs } = take(key?.id ?? `address ${address}`, perMinute);
    c.header("RateLimit-Limit", String(perMinute));
    c.header("RateLimit-Remaining", String(remaining));
    c.header("RateLimit-Reset", String(Math.ceil(resetMs / 1000)));
    if (waitMs > 0) {
      throw new LookalikeError(
        "rate_limited",
        `Cannot answer as there may be ${perMinute} requests a minute ${
          key === null ? "without a key" : "with this key"
        }: there were more.`,
        { retryAfter: Math.ceil(waitMs / 1000) },
      );
    }
    await next();
  };
}

/**
 * Buckets that are full at first. Each is one number, the moment at which it will be full again.
 *
 * @param now The clock, in milliseconds.
 * @returns What takes one request out of a caller's bucket: what remains, when it will be full
 * again, and if it is empty, how long until one may be taken (else 0).
 */
export function createBuckets(now: () => number = () => performance.now()) {
  const fullAt = new Map<string, number>();
  return (caller: string, perMinute: number) => {
    const time = now();
    const each = MINUTE_MS / perMinute;
    const before = Math.max(0, (fullAt.get(caller) ?? 0) - time);
    const missing = before + each;
    const waitMs = missing - MINUTE_MS;
    if (waitMs > 1e-6) return { remaining: 0, resetMs: before, waitMs };
    fullAt.delete(caller); // and to the end, where those are that came last
    fullAt.set(caller, time + missing);
    if (fullAt.size > MOST_CALLERS) fullAt.delete(fullAt.keys().next().value!);
    return {
      remaining: Math.floor((MINUTE_MS - missing) / each + 1e-6),
      resetMs: missing,
      waitMs: 0,
    };
  };
}
