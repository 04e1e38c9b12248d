import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { requestId } from "hono/request-id";
import { LookalikeError } from "../src/errors.ts";
import { accessLog } from "./access_log.ts";
import { readBody } from "./body.ts";
import { collectionsRoutes } from "./collections.ts";
import { docsRoutes } from "./docs.ts";
import { embeddingsRoutes } from "./embeddings.ts";
import { healthRoutes } from "./health.ts";
import { itemsRoutes } from "./items.ts";
import { modelsRoutes } from "./models.ts";
import { notFound } from "./not_found.ts";
import { invalidRequest } from "./invalid_request.ts";
import { answerProblem } from "./problem.ts";
import { searchRoutes } from "./search.ts";
import type { AppEnv, Services } from "./services.ts";

/** In the order in which the API's page shows them. */
const ROUTES = [
  embeddingsRoutes,
  collectionsRoutes,
  itemsRoutes,
  searchRoutes,
  modelsRoutes,
  healthRoutes,
];

/**
 * The service as a function from request to response: every route, its limits, its errors, its log.
 *
 * @param services What the routes stand on.
 * @returns The app; `app.fetch` is what a server calls.
 */
export function createApp(services: Services): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
  app.use(requestId(), accessLog(services.log), noSniffing);
  app.use("/v1/*", onlyWhenReady(services), readBody(services.limits));
  for (const routes of ROUTES) app.route("/", routes(services));
  app.route("/", docsRoutes());
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Lookalike",
      version: "1",
      description:
        "Embeddings of images by an encoder that learnt from your own, and search by likeness.",
    },
    tags: ["Embeddings", "Collections", "Models", "Health"].map((name) => ({ name })),
  });
  app.notFound(notFound(app));
  app.onError(answerProblem);
  return app;
}

const noSniffing: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.header("X-Content-Type-Options", "nosniff");
};

function onlyWhenReady({ phase }: Services): MiddlewareHandler<AppEnv> {
  return async (_, next) => {
    const now = phase();
    if (now === "ready") return await next();
    const doing = now === "warming" ? "still loading its encoders" : "stopping";
    throw new LookalikeError("unavailable", `Cannot answer as the service is ${doing}.`, {
      retryAfter: 5,
    });
  };
}
