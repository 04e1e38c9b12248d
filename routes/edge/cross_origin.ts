import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { Access, AppEnv } from "../services.ts";

/** What a page may read of an answer beside its body. */
const EXPOSED = [
  "ETag",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "Retry-After",
  "Server-Timing",
  "X-Request-Id",
];

/**
 * Lets web pages of other origins call the API, if the settings name any; a browser's question
 * before a call is answered without a key.
 *
 * @param access Which pages.
 * @returns The middleware.
 */
export function crossOrigin({ corsOrigins }: Access): MiddlewareHandler<AppEnv> {
  if (corsOrigins === null) return async (_, next) => await next();
  return cors({
    origin: corsOrigins === "*" ? "*" : corsOrigins.split(","),
    allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "If-None-Match", "X-Request-Id"],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
}
