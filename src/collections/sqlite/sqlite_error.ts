import { LookalikeError, messageOf } from "../../errors.ts";

/** SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html). */
const DAMAGED = [11, 26];

/**
 * What an error of the database means to others.
 *
 * @param error What was thrown.
 * @returns `damaged` or `unavailable` if SQLite threw it, else the same.
 */
export function fromSqlite(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const damaged = DAMAGED.includes(Number(error.errcode) & 0xff); // the rest is of second order
  return new LookalikeError(
    damaged ? "damaged" : "unavailable",
    `Cannot read the collections as SQLite says: ${messageOf(error)}.` +
      (damaged ? " Restore collections.db from a copy." : ""),
    damaged ? { cause: error } : { retryAfter: 5, cause: error },
  );
}
