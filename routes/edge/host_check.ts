import type { MiddlewareHandler } from "hono";
import { LookalikeError } from "../../src/errors.ts";
import { isLoopback } from "../../src/keys/loopback.ts";
import type { Access, AppEnv } from "../services.ts";

/**
 * Refuses what Host could be no part of an address, as a request's address is made of it.
 *
 * @returns The middleware.
 * @throws {LookalikeError} `invalid_input`.
 */
export function validHost(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (URL.canParse(c.req.url)) return await next();
    throw new LookalikeError(
      "invalid_input",
      "Cannot take the request as its Host must be a name or an address: it cannot be one.",
    );
  };
}

/** What changes nothing, and may come from anywhere: a page cannot read the answer. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps web pages of other origins out of a service that asks for no key as it is of this machine
 * alone. A page could reach it by a name of its own that leads to 127.0.0.1 (DNS rebinding), or
 * could send forms to it.
 *
 * @param access Who may ask.
 * @returns The middleware; it lets everything pass unless `loopbackOnly`.
 * @throws {LookalikeError} `forbidden`.
 */
export function hostCheck({ loopbackOnly, corsOrigins }: Access): MiddlewareHandler<AppEnv> {
  const allowed = corsOrigins?.split(",") ?? [];
  return async (c, next) => {
    if (!loopbackOnly) return await next();
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!isLoopback(host.replace(/:\d*$/, ""))) {
      throw new LookalikeError(
        "forbidden",
        "Cannot answer as the Host must be a name of this machine, such as localhost: it is " +
          `${host.slice(0, 200)}. For other names set LOOKALIKE_AUTH=required, and use keys.`,
      );
    }
    const origin = c.req.header("origin");
    const known = origin === undefined || URL.parse(origin)?.host === host ||
      allowed.includes(origin) || allowed.includes("*");
    if (!known && !SAFE.has(c.req.method)) {
      throw new LookalikeError(
        "forbidden",
        "Cannot answer a web page of another origin as LOOKALIKE_CORS_ORIGINS must have it: it is " +
          `${origin.slice(0, 200)}.`,
      );
    }
    await next();
  };
}
