import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Job, JOB_STATUSES, type JobKind } from "../../src/jobs/job.ts";
import { wholeParameter } from "../collections/query_parameters.ts";
import { ALWAYS, answer, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { isOfKind, type JobOf, jobOfKind } from "./job_of_kind.ts";
import { KINDS } from "./kinds.ts";
import { queuePositions } from "./queue_positions.ts";
import { type Circumstances, JOBS, listOf, OF_LOOKS, ofJob, pageOf } from "./schemas.ts";

/** How the jobs of a kind are answered with. */
export interface KindOfJobs<Kind extends JobKind, Described extends { id: string }> {
  kind: Kind;
  /** Of one job in an answer. */
  schema: z.ZodType<{ id: string }>;
  /** Of a page of them. */
  listName: string;
  describe: (job: JobOf<Kind>, circumstances: Circumstances) => Described;
}

const query = z.strictObject({
  limit: wholeParameter({ min: 1, max: 100, unlessGiven: 20 }),
  after: z.string().max(64).optional().openapi({
    description: "The `id` of the last job of the page before; the first page has none.",
  }),
  status: z.enum(JOB_STATUSES).optional().openapi({ description: "Only jobs that stand there." }),
});

/**
 * What answers with a job of a kind.
 *
 * @param services What the routes stand on.
 * @param options How they are described.
 * @returns What makes the answer's body of a job.
 */
export function describer<Kind extends JobKind, Described extends { id: string }>(
  { jobs: { store } }: Services,
  { describe }: Pick<KindOfJobs<Kind, Described>, "describe">,
): (job: JobOf<Kind>, positions?: Circumstances["positions"]) => Described {
  return (job, positions = job.status === "queued" ? queuePositions(store) : new Map()) => {
    const progress = job.status === "running" ? store.lastProgress(job.id) : null;
    return describe(job, { positions, progress });
  };
}

/**
 * `/v1/…/jobs` of one kind: listing, looking and cancelling.
 *
 * @param services What the routes stand on.
 * @param options The kind, and how its jobs are described.
 * @returns The routes.
 */
export function jobsOfKindRoutes<Kind extends JobKind>(
  services: Services,
  options: KindOfJobs<Kind, { id: string }>,
): OpenAPIHono<AppEnv> {
  const { kind, schema, listName } = options;
  const { store, supervisor } = services.jobs;
  const { path, operation, noun } = KINDS[kind];
  const described = describer(services, options);

  const listRoute = createRoute({
    method: "get",
    path,
    operationId: `list${operation}Jobs`,
    tags: JOBS,
    summary: `List the ${noun} jobs`,
    description: "The newest first. Of jobs that are over the last 10,000 are kept.",
    ...needs("read"),
    request: { query },
    responses: {
      ...answer("A page of jobs.", listOf(schema).openapi(listName)),
      ...problems(...OF_LOOKS),
    },
  });

  const getRoute = createRoute({
    method: "get",
    path: `${path}/{job}`,
    operationId: `get${operation}Job`,
    tags: JOBS,
    summary: `Describe a ${noun} job`,
    ...needs("read"),
    request: { params: ofJob },
    responses: { ...answer("The job.", schema), ...problems(...OF_LOOKS) },
  });

  const cancelRoute = createRoute({
    method: "post",
    path: `${path}/{job}/cancel`,
    operationId: `cancel${operation}Job`,
    tags: JOBS,
    summary: `Cancel a ${noun} job`,
    description: "When this is answered, its process has ended and its files are gone.",
    ...needs("train"),
    request: { params: ofJob },
    responses: {
      ...answer("The job, which is cancelled.", schema),
      ...problems(...ALWAYS, 400, 404, 409),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(listRoute, (c) => {
      const { status, ...page } = c.req.valid("query");
      if (page.after !== undefined) jobOfKind(store, { id: page.after, kind });
      const wanted = status && [status];
      const { jobs, hasMore } = store.list({ kind, status: wanted, ...page });
      const positions = jobs.some(isQueued) ? queuePositions(store) : new Map();
      const data = jobs.filter((job) => isOfKind(job, kind))
        .map((job) => described(job, positions));
      return c.json(pageOf(data, hasMore), 200);
    })
    .openapi(getRoute, (c) => {
      const { job: id } = c.req.valid("param");
      return c.json(described(jobOfKind(store, { id, kind })), 200);
    })
    .openapi(cancelRoute, async (c) => {
      const { id } = jobOfKind(store, { id: c.req.valid("param").job, kind });
      await supervisor.cancel(id);
      return c.json(described(jobOfKind(store, { id, kind })), 200);
    });
}

const isQueued = ({ status }: Job) => status === "queued";
