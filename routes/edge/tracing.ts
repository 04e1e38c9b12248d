import { trace } from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../services.ts";

/**
 * Names the span that Deno makes for a request, with `OTEL_DENO=true`, by its route. Its other
 * attributes are Deno's, the whole address with its query among them; they cannot be taken back.
 *
 * @returns The middleware; without a span it does nothing.
 */
export function namedSpans(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const span = trace.getActiveSpan();
    if (span === undefined) return;
    const route = routePath(c, -1);
    span.updateName(`${c.req.method} ${route}`);
    span.setAttribute("http.route", route);
    span.setAttribute("lookalike.request_id", c.var.requestId);
  };
}
