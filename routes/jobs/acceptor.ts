import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { sha256 } from "../../src/files.ts";
import { createGate } from "../../src/gate.ts";
import { acceptJob, type JobDraft } from "../../src/jobs/accept_job.ts";
import type { JobKind } from "../../src/jobs/job.ts";
import type { AppEnv, Services } from "../services.ts";
import { type JobOf, jobOfKind } from "./job_of_kind.ts";

/** The header by which a request that was sent twice makes one job. */
export const idempotent = z.object({
  "Idempotency-Key": z.string().regex(/^[\x20-\x7e]{1,255}$/, {
    error: () => "must be 1 to 255 printable ASCII characters",
  }).optional().openapi({
    description: "The same key with the same body is answered with the job that it has made.",
  }),
});

/**
 * What accepts the jobs of a kind, one request after the other, as each may link many files, and sets
 * the supervisor going.
 *
 * @param services What the routes stand on.
 * @param options The kind, and what checks a request and makes its choices.
 * @returns What makes a job of a request, whose body it is handed.
 */
export function acceptor<Kind extends JobKind, Given>(
  { jobs: { store, supervisor, limits } }: Services,
  { kind, draft }: { kind: Kind; draft: (given: Given) => Promise<JobDraft> },
) {
  const gate = createGate(1);
  return async (c: Context<AppEnv>, { body, given }: { body: unknown; given: Given }) => {
    const key = c.req.header("Idempotency-Key");
    const order = {
      kind,
      draft: () => draft(given),
      keyId: c.var.key?.id ?? null,
      idempotency: key === undefined
        ? undefined
        : { key, requestHash: sha256(JSON.stringify(body)) },
      signal: c.var.signal,
    };
    const { id } = await gate(() => acceptJob(order, { store, most: limits.queue }));
    supervisor.wake();
    return jobOfKind(store, { id, kind }) as JobOf<Kind>;
  };
}
