import { LookalikeError, messageOf } from "../../errors.ts";
import { isDamage } from "../../sqlite.ts";

/**
 * What an error of the database means to others.
 *
 * @param error What was thrown.
 * @returns `damaged` or `unavailable` if SQLite threw it, else the same.
 */
export function fromSqlite(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const damaged = isDamage(error);
  return new LookalikeError(
    damaged ? "damaged" : "unavailable",
    `Cannot read the collections as SQLite says: ${messageOf(error)}.` +
      (damaged ? " Restore collections.db from a copy." : ""),
    damaged ? { cause: error } : { retryAfter: 5, cause: error },
  );
}
