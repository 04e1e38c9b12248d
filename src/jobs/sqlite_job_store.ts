import { join } from "node:path";
import { LookalikeError } from "../errors.ts";
import { openDatabase, transaction } from "../sqlite.ts";
import { eventRows } from "./event_rows.ts";
import { guarded } from "./guarded.ts";
import {
  type Job,
  type JobError,
  jobRequestSchema,
  type JobResult,
  jobResultSchema,
  type JobStatus,
} from "./job.ts";
import { jobChanges } from "./job_changes.ts";
import { jobRows } from "./job_rows.ts";
import type { JobStore, NewEvent } from "./job_store.ts";
import { isJobId } from "./new_job_id.ts";
import { MIGRATIONS } from "./schema.ts";

/** Jobs that are kept; past it the oldest that are over make room, with their events. */
const MOST_KEPT = 10_000;

/** What is said of a job that comes to a status. */
const SENTENCES: Record<JobStatus, string> = {
  queued: "The job waits in the queue.",
  running: "The job is running.",
  succeeded: "The job has succeeded.",
  failed: "The job has failed",
  cancelled: "The job was cancelled.",
};

/**
 * Opens the jobs of a home, `jobs.db`. Other processes may have them open at the same time.
 *
 * @param home The folder; it must be there.
 * @returns The jobs; close them at the end.
 * @throws {LookalikeError} `damaged` or `unavailable`, as opening a database does.
 */
export function openJobStore(home: string): JobStore {
  const database = openDatabase(join(home, "jobs.db"), MIGRATIONS);
  const jobs = jobRows(database);
  const events = eventRows(database);
  const change = jobChanges(database);
  const dataVersion = database.prepare("PRAGMA data_version"); // of what other connections commit
  const own = database.prepare("SELECT total_changes() AS changes");

  function sayStatus(key: number, { status, error }: Pick<Job, "status" | "error">): void {
    const message = SENTENCES[status] + (error === null ? "" : `: ${error.message}`);
    const level = status === "failed" ? "error" : "info";
    const data = error === null ? { status } : { status, error };
    events.add(key, { key: `status:${status}`, level, type: "status", message, data });
  }

  /** Ends a job in one transaction with its last event, unless it has come to another status. */
  function end(
    id: string,
    from: JobStatus[],
    to: { status: JobStatus; error?: JobError; result?: JobResult },
  ): boolean {
    return transaction(database, () => {
      const { key, job } = jobs.get(id);
      if (!from.includes(job.status)) return false;
      const { status, error = null, result = null } = to;
      const promotion = result !== null && job.request.promote !== null ? "pending" : null;
      change.end.run({
        key,
        status,
        now: new Date().toISOString(),
        error: error && JSON.stringify(error),
        result: result && JSON.stringify(result),
        promotion,
      });
      sayStatus(key, { status, error });
      return true;
    });
  }

  const byIdempotency: JobStore["byIdempotency"] = ({ key, requestHash }, { keyId, kind }) => {
    const row = change.byIdempotency.get(keyId ?? "", kind, key);
    if (row === undefined) return null;
    if (row.request_hash === requestHash) return jobs.get(String(row.id)).job;
    throw new LookalikeError(
      "conflict",
      "Cannot make a job as an Idempotency-Key must come with the same request each time: it came " +
        `with another one, which made job ${row.id}.`,
      { param: "Idempotency-Key" },
    );
  };

  /** Adds what a job's process says, or what its supervisor says of it. */
  function say(id: string, event: NewEvent): boolean {
    const { key, job } = jobs.get(id);
    return job.status === "running" && events.add(key, event);
  }

  return guarded({
    folder(id) {
      if (!isJobId(id)) jobs.get(id); // which there is not: it could be a path to anywhere
      return join(home, "jobs", id);
    },
    folders() {
      try {
        return Deno.readDirSync(join(home, "jobs")).filter(({ isDirectory }) => isDirectory)
          .map(({ name }) => join(home, "jobs", name)).toArray();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return []; // there never was a job
        throw error;
      }
    },
    add({ id, request, keyId }, { most, idempotency }) {
      const text = JSON.stringify(jobRequestSchema.parse(request));
      return transaction(database, () => {
        const asker = { keyId, kind: request.kind };
        const known = idempotency && byIdempotency(idempotency, asker);
        if (known) return known;
        if (jobs.counts().queued >= most && jobs.queuedOf(keyId) > 0) throw full(most);
        const now = new Date().toISOString();
        change.add.run(id, request.kind, text, keyId, now);
        const { key, job } = jobs.get(id);
        sayStatus(key, job);
        if (idempotency) {
          const { key: name, requestHash } = idempotency;
          change.addIdempotency.run(keyId ?? "", request.kind, name, requestHash, key);
        }
        change.forget.run(MOST_KEPT);
        return job;
      });
    },
    byIdempotency,
    get: (id) => jobs.get(id).job,
    list({ kind, status, limit, after }) {
      const before = after === undefined ? Number.MAX_SAFE_INTEGER : jobs.get(after).key;
      const page = jobs.page({ kind, status, before, limit: limit + 1 });
      return { jobs: page.slice(0, limit), hasMore: page.length > limit };
    },
    counts: jobs.counts,
    claim: () =>
      transaction(database, () => {
        const next = jobs.next();
        if (next === undefined) return null;
        change.claim.run(new Date().toISOString(), next.key);
        const { job } = jobs.get(next.job.id);
        sayStatus(next.key, job);
        return job;
      }),
    noteStart: (id) =>
      transaction(database, () => {
        change.noteStart.run(id);
        return jobs.get(id).job;
      }),
    noteCrash: (id, reason) =>
      transaction(database, () => {
        const { starts } = jobs.get(id).job;
        const message = `The job's process has crashed: ${reason}.`;
        const event = { key: `crash:${starts}`, level: "warn", type: "message", message } as const;
        if (say(id, { ...event, data: { starts } })) change.noteCrash.run(reason, id);
      }),
    addRunningTime: (id, seconds) =>
      transaction(database, () => {
        change.addRunningTime.run(seconds, id);
      }),
    attempts: (id) => jobs.get(id).attempts,
    addEvent: (id, event) =>
      transaction(database, () => {
        const isNew = say(id, event);
        if (isNew) change.noteNews.run(id);
        return isNew;
      }),
    events(id, { limit, ...options }) {
      const page = events.after(jobs.get(id).key, { ...options, limit: limit + 1 });
      return { events: page.slice(0, limit), hasMore: page.length > limit };
    },
    lastProgress: (id) => events.last(jobs.get(id).key, "progress"),
    succeed: (id, result) =>
      end(id, ["running"], { status: "succeeded", result: jobResultSchema.parse(result) }),
    fail: (id, error) => end(id, ["queued", "running"], { status: "failed", error }),
    cancel(id) {
      end(id, ["queued", "running"], { status: "cancelled" });
      const { job } = jobs.get(id);
      if (job.status === "cancelled") return job;
      const sentence =
        `Cannot cancel job ${id} as it must be queued or running: it has ${job.status}.`;
      throw new LookalikeError("conflict", sentence, { param: "job" });
    },
    settlePromotion(id, { status, reason }) {
      transaction(database, () => {
        const { key, job } = jobs.get(id);
        if (job.promotion?.status !== "pending" || status === "pending") return;
        change.settle.run(status, reason, key);
        const message = reason ?? `The alias was ${status}.`;
        const data = { promotion: status };
        events.add(key, { key: "promotion", level: "info", type: "message", message, data });
      });
    },
    pendingPromotions: jobs.toPromote,
    dataVersion: () => Number(dataVersion.get()!.data_version) + Number(own.get()!.changes),
    close: () => database.close(),
  });
}

function full(most: number): LookalikeError {
  return new LookalikeError(
    "overloaded",
    `Cannot take the job as at most ${most} may wait: there are so many. Try again once one has ended.`,
    { retryAfter: 60 },
  );
}
