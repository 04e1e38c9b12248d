import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { LookalikeError } from "../errors.ts";
import type { Job, JobKind, JobStatus, Promotion } from "./job.ts";
import type { JobAttempts } from "./job_store.ts";

/** A job's row. */
export interface JobRow {
  key: number;
  job: Job;
  attempts: JobAttempts;
}

/** The rows of all jobs; what changes them is with whoever opens the transaction. */
export interface JobRows {
  /** By id; `not_found` otherwise. */
  get(id: string): JobRow;
  /** The newest first, those before a key. */
  page(
    options: { kind?: JobKind; status?: JobStatus[]; before: number; limit: number },
  ): Job[];
  /** The next of the queue, or undefined. */
  next(): JobRow | undefined;
  /** How many there are in each status. */
  counts(): Record<JobStatus, number>;
  /** How many of one asker are queued. */
  queuedOf(keyId: string | null): number;
  /** Those whose alias is still to be settled, the oldest first. */
  toPromote(): Job[];
}

/**
 * The rows of jobs.
 *
 * @param database Of the newest schema.
 * @returns The rows.
 */
export function jobRows(database: DatabaseSync): JobRows {
  const byId = database.prepare("SELECT * FROM jobs WHERE id = ?");
  const page = database.prepare(
    `SELECT * FROM jobs WHERE key < :before AND (:kind IS NULL OR kind = :kind)
      AND (:status IS NULL OR status IN (SELECT value FROM json_each(:status)))
    ORDER BY key DESC LIMIT :limit`,
  );
  const next = database.prepare(
    `SELECT * FROM jobs AS waiting WHERE status = 'queued'
    ORDER BY (SELECT max(claimed) FROM jobs WHERE key_id IS waiting.key_id) NULLS FIRST, key
    LIMIT 1`,
  );
  const counts = database.prepare("SELECT status, count(*) AS count FROM jobs GROUP BY status");
  const queuedOf = database.prepare(
    "SELECT count(*) AS count FROM jobs WHERE status = 'queued' AND key_id IS ?",
  );
  const toPromote = database.prepare("SELECT * FROM jobs WHERE promotion = 'pending' ORDER BY key");
  return {
    get(id) {
      const row = byId.get(id);
      if (row !== undefined) return jobRow(row);
      const sentence = `Cannot find job ${
        JSON.stringify(id).slice(0, 100)
      }: there is none of that id.`;
      throw new LookalikeError("not_found", sentence, { param: "job" });
    },
    page: ({ kind = null, status, before, limit }) =>
      page.all({
        kind,
        status: status === undefined ? null : JSON.stringify(status),
        before,
        limit,
      })
        .map((row) => jobRow(row).job),
    next() {
      const row = next.get();
      return row && jobRow(row);
    },
    counts() {
      const none = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
      return { ...none, ...Object.fromEntries(counts.all().map((row) => [row.status, row.count])) };
    },
    queuedOf: (keyId) => Number(queuedOf.get(keyId)!.count),
    toPromote: () => toPromote.all().map((row) => jobRow(row).job),
  };
}

function jobRow(row: Record<string, SQLOutputValue>): JobRow {
  return {
    key: Number(row.key),
    job: {
      id: String(row.id),
      status: String(row.status) as JobStatus,
      request: JSON.parse(String(row.request)),
      keyId: textOrNull(row.key_id),
      createdAt: String(row.created_at),
      startedAt: textOrNull(row.started_at),
      finishedAt: textOrNull(row.finished_at),
      error: JSON.parse(textOrNull(row.error) ?? "null"),
      result: JSON.parse(textOrNull(row.result) ?? "null"),
      promotion: row.promotion === null ? null : {
        status: String(row.promotion) as Promotion["status"],
        reason: textOrNull(row.promotion_reason),
      },
      starts: Number(row.starts),
    },
    attempts: {
      vainStarts: Number(row.vain_starts),
      crashes: Number(row.crashes),
      lastCrash: textOrNull(row.last_crash),
      runningSeconds: Number(row.running_seconds),
    },
  };
}

function textOrNull(value: SQLOutputValue): string | null {
  return value === null ? null : String(value);
}
