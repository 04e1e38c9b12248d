import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { requestId } from "hono/request-id";
import { VERSION } from "../src/version.ts";
import { accessTo } from "./edge/access.ts";
import { accessLog } from "./edge/access_log.ts";
import { admission } from "./edge/admission.ts";
import { aliasesRoutes } from "./aliases.ts";
import { readBody } from "./edge/body.ts";
import { classifierAliasesRoutes } from "./classifiers/classifier_aliases.ts";
import { classifiersRoutes } from "./classifiers/classifiers.ts";
import { createClassifierRoutes } from "./classifiers/create_classifier.ts";
import { predictRoutes } from "./classifiers/predict.ts";
import { clientRoute } from "./client/client_route.ts";
import { collectionsRoutes } from "./collections/collections.ts";
import { duplicatesRoutes } from "./collections/duplicates.ts";
import { itemImagesRoutes } from "./collections/item_images.ts";
import { itemsRoutes } from "./collections/items.ts";
import { labelMistakesRoutes } from "./collections/label_mistakes.ts";
import { predictionsRoutes } from "./collections/predictions.ts";
import { reembeddingRoutes } from "./collections/reembedding.ts";
import { searchRoutes } from "./collections/search.ts";
import { suggestionsRoutes } from "./collections/suggestions.ts";
import { crossOrigin } from "./edge/cross_origin.ts";
import { docsRoutes } from "./docs.ts";
import { embeddingsRoutes } from "./embeddings.ts";
import { healthRoutes } from "./health.ts";
import { hostCheck, validHost } from "./edge/host_check.ts";
import { fineTuningJobsRoutes } from "./jobs/fine_tuning_jobs.ts";
import { jobEventsRoutes } from "./jobs/job_events.ts";
import { pretrainingJobsRoutes } from "./jobs/pretraining_jobs.ts";
import { invalidRequest } from "./requests/invalid_request.ts";
import { keysRoutes } from "./keys.ts";
import { metricsRoutes } from "./metrics/metrics_route.ts";
import { modelsRoutes } from "./models.ts";
import { notFound } from "./not_found.ts";
import { answerProblem } from "./problem.ts";
import { rateLimit } from "./edge/rate_limit.ts";
import { roomInQueue } from "./edge/room_in_queue.ts";
import type { AppEnv, Services } from "./services.ts";
import { timeLimit } from "./edge/time_limit.ts";
import { namedSpans } from "./edge/tracing.ts";

/** In the order in which the API's page shows them. */
const ROUTES = [
  embeddingsRoutes,
  collectionsRoutes,
  itemsRoutes,
  itemImagesRoutes,
  searchRoutes,
  duplicatesRoutes,
  reembeddingRoutes,
  suggestionsRoutes,
  labelMistakesRoutes,
  predictionsRoutes,
  createClassifierRoutes,
  classifiersRoutes,
  predictRoutes,
  classifierAliasesRoutes,
  fineTuningJobsRoutes,
  pretrainingJobsRoutes,
  jobEventsRoutes,
  modelsRoutes,
  aliasesRoutes,
  keysRoutes,
];
const PROBES = [healthRoutes, metricsRoutes];

const TAGS = ["Embeddings", "Collections", "Classifiers", "Jobs", "Models", "Keys", "Health"];

/**
 * The service as a function from request to response: every route, its limits, its errors, its log.
 *
 * @param services What the routes stand on.
 * @param options.probes Whether `/livez`, `/readyz` and `/metrics` are among the routes, rather than
 * on a port of their own.
 * @returns The app; `app.fetch` is what a server calls.
 */
export function createApp(
  services: Services,
  { probes = true }: { probes?: boolean } = {},
): OpenAPIHono<AppEnv> {
  const { access, limits } = services;
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
  app.use(requestId(), namedSpans(), accessLog(services), noSniffing);
  app.use(validHost(), hostCheck(access), crossOrigin(access));
  app.use(
    "/v1/*",
    admission(services),
    accessTo(services, app),
    rateLimit(access),
  );
  app.post("/v1/embeddings", roomInQueue(services));
  app.use("/v1/*", readBody(limits), timeLimit(limits));
  for (const routes of probes ? [...ROUTES, ...PROBES] : ROUTES) app.route("/", routes(services));
  for (const routes of [docsRoutes, clientRoute]) app.route("/", routes());
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A key: `keys create` makes the first, and `POST /v1/keys` others.",
  });
  let document: string | undefined; // made once: it takes 20 ms of the thread that answers everybody
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Lookalike",
        version: VERSION,
        description:
          "Embeddings of images by an encoder that learnt from your own, search by likeness, and " +
          "classifiers of few labels.",
      },
      tags: TAGS.map((name) => ({ name })),
    }));
    return c.body(document, 200, { "Content-Type": "application/json" });
  });
  app.notFound(notFound(app));
  app.onError(answerProblem);
  return app;
}

const noSniffing: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.header("X-Content-Type-Options", "nosniff");
};
