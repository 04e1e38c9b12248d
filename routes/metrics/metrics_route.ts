import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { problems } from "../requests/declare.ts";
import type { AppEnv, Services } from "../services.ts";

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  tags: ["Health"],
  summary: "What the service counts, for Prometheus",
  responses: {
    200: {
      description: "Prometheus's text format.",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problems(403, 500),
  },
});

/**
 * `GET /metrics`: requests, queues, stages, memory.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function metricsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { metrics } = services;
  return new OpenAPIHono<AppEnv>().openapi(
    route,
    async (c) => c.text(await metrics.text(services), 200, { "Content-Type": metrics.contentType }),
  );
}
