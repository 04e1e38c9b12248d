import { LookalikeError } from "../../src/errors.ts";
import type { Job, JobKind, JobRequest } from "../../src/jobs/job.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";

/** A job of one kind. */
export type JobOf<Kind extends JobKind> = Job & { request: Extract<JobRequest, { kind: Kind }> };

/**
 * A job of a kind: by the address of another kind's jobs it is not found.
 *
 * @param store The jobs.
 * @param options The job's id, and the kind.
 * @returns The job.
 * @throws {LookalikeError} `not_found`.
 */
export function jobOfKind<Kind extends JobKind>(
  store: JobStore,
  { id, kind }: { id: string; kind: Kind },
): JobOf<Kind> {
  const job = store.get(id);
  if (isOfKind(job, kind)) return job;
  const sentence =
    `Cannot find job ${id} among those of ${kind}: it is one of ${job.request.kind}.`;
  throw new LookalikeError("not_found", sentence, { param: "job" });
}

/**
 * Whether a job is of a kind.
 *
 * @param job The job.
 * @param kind The kind.
 * @returns Whether it is.
 */
export function isOfKind<Kind extends JobKind>(job: Job, kind: Kind): job is JobOf<Kind> {
  return job.request.kind === kind;
}
