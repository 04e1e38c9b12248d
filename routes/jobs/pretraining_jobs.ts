import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { draftPretraining, type GivenPretraining } from "../../src/jobs/draft_pretraining.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { acceptor, idempotent } from "./acceptor.ts";
import { describer, jobsOfKindRoutes } from "./jobs_of_kind.ts";
import { KINDS } from "./kinds.ts";
import {
  describedPretraining,
  givenPretraining,
  pretrainingInput,
  pretrainingJobSchema,
} from "./pretraining_schema.ts";
import { JOBS } from "./schemas.ts";

const createJobRoute = createRoute({
  method: "post",
  path: KINDS.pretraining.path,
  operationId: "createPretrainingJob",
  tags: JOBS,
  summary: "Train an encoder without labels",
  description:
    "On the original images of a collection, or on a folder that the operator has allowed. A new " +
    "version of an encoder comes out, which answers by its name at once.",
  ...needs("train"),
  request: { headers: idempotent, ...body(pretrainingInput) },
  responses: {
    ...answer("The job, which waits in the queue.", pretrainingJobSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

/**
 * `/v1/pretraining/jobs`: encoders from images alone.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function pretrainingJobsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { encoders, classifiers, collections, jobs: { limits: { steps, folders } } } = services;
  const options = {
    kind: "pretraining" as const,
    schema: pretrainingJobSchema,
    listName: "PretrainingJobList",
    describe: describedPretraining,
    draft: (given: GivenPretraining) =>
      draftPretraining(given, { encoders, classifiers, collections, steps, folders }),
  };
  const accept = acceptor(services, options);
  const described = describer(services, options);
  return new OpenAPIHono<AppEnv>()
    .openapi(createJobRoute, async (c) => {
      const body = c.req.valid("json");
      const job = await accept(c, { body, given: givenPretraining(body) });
      return c.json(described(job), 200);
    })
    .route("/", jobsOfKindRoutes(services, options));
}
