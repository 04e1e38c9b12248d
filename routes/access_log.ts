import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Log } from "../src/log.ts";
import type { AppEnv } from "./services.ts";

/** Asked every few seconds by probes: worth no line unless somebody looks for it. */
const PROBES = new Set(["/livez", "/readyz"]);

/**
 * Writes a line for each request once it is answered: its route, not its address or content.
 *
 * @param log Where it is written.
 * @returns The middleware.
 */
export function accessLog(log: Log): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const route = routePath(c, -1);
    const milliseconds = Math.round((performance.now() - start) * 10) / 10;
    const { requestId } = c.var;
    const fields = { requestId, method: c.req.method, route, status: c.res.status, milliseconds };
    log[PROBES.has(route) ? "debug" : "info"]("request", fields);
    if (c.error && c.res.status >= 500 && c.res.status !== 503) {
      log.error("request failed", { requestId, route, error: c.error.stack });
    }
  };
}
