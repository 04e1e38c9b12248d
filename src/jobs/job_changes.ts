import type { DatabaseSync, StatementSync } from "node:sqlite";

/** What is done to jobs. */
type Change =
  | "add"
  | "byIdempotency"
  | "addIdempotency"
  | "forget"
  | "claim"
  | "noteStart"
  | "noteCrash"
  | "noteNews"
  | "addRunningTime"
  | "end"
  | "settle";

/**
 * The statements that change jobs; who runs one opens the transaction.
 *
 * @param database Of the newest schema.
 * @returns The statements.
 */
export function jobChanges(database: DatabaseSync): Record<Change, StatementSync> {
  const statement = (sql: string) => database.prepare(sql);
  return {
    add: statement(
      `INSERT INTO jobs (id, kind, status, request, key_id, created_at)
      VALUES (?, ?, 'queued', ?, ?, ?)`,
    ),
    byIdempotency: statement(
      `SELECT id, request_hash FROM idempotency_keys AS known JOIN jobs ON jobs.key = known.job
      WHERE known.key_id = ? AND known.kind = ? AND known.key = ?`,
    ),
    addIdempotency: statement(
      "INSERT INTO idempotency_keys (key_id, kind, key, request_hash, job) VALUES (?, ?, ?, ?, ?)",
    ),
    forget: statement(
      `DELETE FROM jobs WHERE status IN ('succeeded', 'failed', 'cancelled')
        AND promotion IS NOT 'pending'
        AND key <= (SELECT key FROM jobs ORDER BY key DESC LIMIT 1 OFFSET ?)`,
    ),
    claim: statement(
      `UPDATE jobs SET status = 'running', started_at = ?,
        claimed = (SELECT coalesce(max(claimed), 0) + 1 FROM jobs)
      WHERE key = ?`,
    ),
    noteStart: statement(
      `UPDATE jobs SET starts = starts + 1, vain_starts = vain_starts + 1
      WHERE id = ? AND status = 'running'`,
    ),
    noteCrash: statement("UPDATE jobs SET crashes = crashes + 1, last_crash = ? WHERE id = ?"),
    noteNews: statement("UPDATE jobs SET vain_starts = 0, crashes = 0 WHERE id = ?"),
    addRunningTime: statement(
      "UPDATE jobs SET running_seconds = running_seconds + ? WHERE id = ?",
    ),
    end: statement(
      `UPDATE jobs SET status = :status, finished_at = :now, error = :error, result = :result,
        promotion = :promotion
      WHERE key = :key`,
    ),
    settle: statement("UPDATE jobs SET promotion = ?, promotion_reason = ? WHERE key = ?"),
  };
}
