import { OpenAPIHono } from "@hono/zod-openapi";
import { requestId } from "hono/request-id";
import { accessLog } from "./edge/access_log.ts";
import { healthRoutes } from "./health.ts";
import { hostCheck } from "./edge/host_check.ts";
import { metricsRoutes } from "./metrics/metrics_route.ts";
import { notFound } from "./not_found.ts";
import { answerProblem } from "./problem.ts";
import type { AppEnv, Services } from "./services.ts";

/**
 * What watches over the service asks: `/livez`, `/readyz` and `/metrics`, without a key, for a port
 * of their own.
 *
 * @param services What the routes stand on.
 * @returns The app.
 */
export function createProbes(services: Services): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.use(requestId(), accessLog(services), hostCheck(services.access));
  for (const routes of [healthRoutes, metricsRoutes]) app.route("/", routes(services));
  app.notFound(notFound(app));
  app.onError(answerProblem);
  return app;
}
