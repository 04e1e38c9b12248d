import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { draftFineTuning, type GivenFineTuning } from "../../src/jobs/draft_fine_tuning.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { acceptor, idempotent } from "./acceptor.ts";
import {
  describedFineTuning,
  fineTuningInput,
  fineTuningJobSchema,
  givenFineTuning,
} from "./fine_tuning_schema.ts";
import { describer, jobsOfKindRoutes } from "./jobs_of_kind.ts";
import { KINDS } from "./kinds.ts";
import { JOBS } from "./schemas.ts";

const createJobRoute = createRoute({
  method: "post",
  path: KINDS.fine_tuning.path,
  operationId: "createFineTuningJob",
  tags: JOBS,
  summary: "Train a classifier on a collection's labels",
  description:
    "A process of its own learns from the items as they are now, one job after the other, and goes on " +
    "by itself after a restart. A new version of a classifier comes out, and of an encoder under it.",
  ...needs("train"),
  request: { headers: idempotent, ...body(fineTuningInput) },
  responses: {
    ...answer("The job, which waits in the queue.", fineTuningJobSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

/**
 * `/v1/fine_tuning/jobs`: classifiers that take more than an answer's time.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function fineTuningJobsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { encoders, classifiers, collections, jobs: { limits: { steps } } } = services;
  const options = {
    kind: "fine_tuning" as const,
    schema: fineTuningJobSchema,
    listName: "FineTuningJobList",
    describe: describedFineTuning,
    draft: (given: GivenFineTuning) =>
      draftFineTuning(given, { encoders, classifiers, collections, steps }),
  };
  const accept = acceptor(services, options);
  const described = describer(services, options);
  return new OpenAPIHono<AppEnv>()
    .openapi(createJobRoute, async (c) => {
      const body = c.req.valid("json");
      const job = await accept(c, { body, given: givenFineTuning(body) });
      return c.json(described(job), 200);
    })
    .route("/", jobsOfKindRoutes(services, options));
}
