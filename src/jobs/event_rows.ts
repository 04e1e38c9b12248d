import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { JobEvent } from "./job.ts";
import type { NewEvent } from "./job_store.ts";

/** The events of all jobs, by the key of a job's row; who writes opens the transaction. */
export interface EventRows {
  /** Puts an event behind the others; false if one of that key is there. */
  add(job: number, event: NewEvent): boolean;
  /** Those after a sequence number, in order. */
  after(
    job: number,
    options: { after: number; limit: number; types?: JobEvent["type"][] },
  ): JobEvent[];
  /** The newest of a type, or null. */
  last(job: number, type: JobEvent["type"]): JobEvent | null;
}

/**
 * The rows of events.
 *
 * @param database Of the newest schema.
 * @returns The rows.
 */
export function eventRows(database: DatabaseSync): EventRows {
  const insert = database.prepare(
    `INSERT INTO events (job, sequence, key, created_at, level, type, message, data)
    SELECT :job, coalesce(max(sequence), 0) + 1, :key, :createdAt, :level, :type, :message, :data
      FROM events WHERE job = :job
    ON CONFLICT (job, key) DO NOTHING`,
  );
  const page = database.prepare(
    `SELECT * FROM events WHERE job = :job AND sequence > :after
      AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
    ORDER BY sequence LIMIT :limit`,
  );
  const last = database.prepare(
    "SELECT * FROM events WHERE job = ? AND type = ? ORDER BY sequence DESC LIMIT 1",
  );
  return {
    add(job, { key, level, type, message, data }) {
      const createdAt = new Date().toISOString();
      const row = { job, key, createdAt, level, type, message, data: JSON.stringify(data) };
      return insert.run(row).changes === 1;
    },
    after: (job, { after, limit, types }) =>
      page.all({ job, after, limit, types: types === undefined ? null : JSON.stringify(types) })
        .map(eventOf),
    last(job, type) {
      const row = last.get(job, type);
      return row === undefined ? null : eventOf(row);
    },
  };
}

function eventOf(row: Record<string, SQLOutputValue>): JobEvent {
  return {
    sequence: Number(row.sequence),
    createdAt: String(row.created_at),
    level: String(row.level) as JobEvent["level"],
    type: String(row.type) as JobEvent["type"],
    message: String(row.message),
    data: JSON.parse(String(row.data)),
  };
}
