import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv, Services } from "../services.ts";

/** Asked every few seconds by probes: worth no line unless somebody looks for it. */
const PROBES = new Set(["/livez", "/readyz", "/metrics"]);

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Of these the client is told all there is. */
const EXPECTED = new Set([503, 504]);

/**
 * Counts each request once it is answered, and writes a line: its route and its key's id, not its
 * address, its content or its token.
 *
 * @param services Where it is counted and written.
 * @returns The middleware.
 */
export function accessLog(
  { log, metrics }: Pick<Services, "log" | "metrics">,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const route = routePath(c, -1);
    const method = METHODS.has(c.req.method) ? c.req.method : "other"; // a client may make up names
    const { status } = c.res;
    const { requestId, key } = c.var;
    const milliseconds = Math.round((performance.now() - start) * 10) / 10;
    metrics.request({ method, route, status, seconds: milliseconds / 1000 });
    const fields = { requestId, method, route, status, milliseconds, key: key?.id };
    log[PROBES.has(route) ? "debug" : "info"]("request", fields);
    if (c.error && status >= 500 && !EXPECTED.has(status)) {
      log.error("request failed", { requestId, route, error: c.error.stack });
    }
  };
}
