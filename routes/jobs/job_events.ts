import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Job, JOB_KINDS, type JobEvent, type JobKind } from "../../src/jobs/job.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";
import { wholeParameter } from "../collections/query_parameters.ts";
import { answer, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import {
  checkpointSchema,
  describedCheckpoint,
  describedEvent,
  eventSchema,
} from "./event_schema.ts";
import { createEventStreams, type EventStreams, hasEnded } from "./event_streams.ts";
import { jobOfKind } from "./job_of_kind.ts";
import { KINDS } from "./kinds.ts";
import { JOBS, listOf, OF_LOOKS, ofJob, pageOf } from "./schemas.ts";

const STREAM = "text/event-stream";

const sequence = z.string().regex(/^\d{1,9}$/, { error: () => "must be the id of an event" });

const page = z.strictObject({
  after: sequence.default("0").openapi({
    description: "The `id` of the event after which to begin.",
    example: "7",
  }),
  limit: wholeParameter({ min: 1, max: 1000, unlessGiven: 20 }),
});

const resumption = z.object({
  "Last-Event-ID": sequence.optional().openapi({
    description: "Of a stream: the `id` of the last event that the caller has.",
  }),
});

/** Neither kept nor compressed: a compressor would wait for more. */
const STREAM_HEADERS = {
  "Content-Type": STREAM,
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

const checkpointList = listOf(checkpointSchema).openapi("JobCheckpointList");
const events = answer("Events, the oldest first.", listOf(eventSchema).openapi("JobEventList"));
const eventsOrStream = {
  200: {
    ...events[200],
    content: {
      ...events[200].content,
      [STREAM]: {
        schema: z.string().openapi({
          description: "Server-sent events: `id` the event's, `data` the event.",
          example: 'id: 7\ndata: {"object":"fine_tuning.job.event","id":"7"}\n\n',
        }),
      },
    },
  },
  204: { description: "Of a stream: the job is over, and the caller has all its events." },
};

function eventsRoute(kind: JobKind) {
  const { path, operation, noun } = KINDS[kind];
  return createRoute({
    method: "get",
    path: `${path}/{job}/events`,
    operationId: `list${operation}Events`,
    tags: JOBS,
    summary: `List or follow what happens in a ${noun} job`,
    description:
      "Where Accept has `text/event-stream`, the events come as they happen, from `Last-Event-ID` " +
      "(or `after`) on, until the job is over; `limit` is then of no account. A connection that is " +
      "lost, or that a service closed as it stopped, goes on at the next without losing or doubling " +
      "an event.",
    ...needs("read"),
    request: { params: ofJob, query: page, headers: resumption },
    responses: { ...eventsOrStream, ...problems(...OF_LOOKS) },
  });
}

function checkpointsRoute(kind: JobKind) {
  const { path, operation, noun } = KINDS[kind];
  return createRoute({
    method: "get",
    path: `${path}/{job}/checkpoints`,
    operationId: `list${operation}Checkpoints`,
    tags: JOBS,
    summary: `List the checkpoints of a ${noun} job`,
    description:
      "Only the last is kept: from there the job goes on after whatever ended its process.",
    ...needs("read"),
    request: { params: ofJob, query: page },
    responses: {
      ...answer("Checkpoints, the oldest first.", checkpointList),
      ...problems(...OF_LOOKS),
    },
  });
}

/**
 * `/v1/…/jobs/{job}/events` and `/checkpoints`: what happens in a job.
 *
 * @param services What the routes stand on.
 * @returns The routes, of both kinds.
 */
export function jobEventsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { store } = services.jobs;
  const streams = createEventStreams(services, { describe: describedEvent });
  const routes = new OpenAPIHono<AppEnv>();
  for (const kind of JOB_KINDS) {
    routes.openapi(eventsRoute(kind), (c) => {
      const { job: id } = c.req.valid("param");
      const { after, limit } = c.req.valid("query");
      const job = jobOfKind(store, { id, kind });
      if (wantsStream(c)) {
        const last = c.req.valid("header")["Last-Event-ID"];
        return answerStream(c, { job, after: Number(last ?? after), store, streams });
      }
      const { events, hasMore } = store.events(id, { after: Number(after), limit });
      const data = events.map((event) => describedEvent(job, event));
      return c.json(pageOf(data, hasMore), 200);
    });
    routes.openapi(checkpointsRoute(kind), (c) => {
      const { job: id } = c.req.valid("param");
      const { after, limit } = c.req.valid("query");
      const job = jobOfKind(store, { id, kind });
      const types: JobEvent["type"][] = ["checkpoint"];
      const { events, hasMore } = store.events(id, { after: Number(after), limit, types });
      const data = events.map((event) => describedCheckpoint(job, event));
      return c.json(pageOf(data, hasMore), 200);
    });
  }
  return routes;
}

/** Whether the caller asks for a stream; who asks for headers alone would never read it. */
function wantsStream(c: Context): boolean {
  return c.req.method !== "HEAD" && (c.req.header("Accept") ?? "").toLowerCase().includes(STREAM);
}

/** A client that was told all of a job that is over would ask again for ever, unless it is told so. */
function answerStream(
  c: Context<AppEnv>,
  { job, after, store, streams }: {
    job: Job;
    after: number;
    store: JobStore;
    streams: EventStreams;
  },
): Response {
  const hasMore = () => store.events(job.id, { after, limit: 1 }).events.length > 0;
  if (hasEnded(job) && !hasMore()) return c.body(null, 204);
  return c.body(streams.open(job.id, { after, signal: c.req.raw.signal }), 200, STREAM_HEADERS);
}
