import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LookalikeError, messageOf } from "./errors.ts";

/** How long a write waits for another process's, in milliseconds. */
const BUSY_MS = 1000;

/** Result codes, <https://sqlite.org/rescode.html>. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Opens a SQLite file, in write-ahead mode and synced at every commit, and brings it to the newest
 * schema: one transaction a step, also where several processes try at once.
 *
 * @param path The file; made if it is not there.
 * @param migrations Each takes the schema one version on; released ones never change.
 * @returns The database; close it at the end.
 * @throws {LookalikeError} `damaged` if the file is no sound database; `unavailable` if a newer
 * program wrote it, or it cannot be read or written: the disk is full, or it is not this user's.
 */
export function openDatabase(path: string, migrations: readonly string[]): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    migrate(database, { file: basename(path), migrations });
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof LookalikeError) throw cause;
    const reason = `Cannot open ${basename(path)} as SQLite says: ${messageOf(cause)}.`;
    throw isDamage(cause)
      ? new LookalikeError(
        "damaged",
        `${reason} Restore the file from a copy, or move it and those that begin with its name ` +
          "away to start without it.",
        { cause },
      )
      : new LookalikeError("unavailable", `${reason} The file was left as it is.`, { cause });
  }
}

/**
 * Runs work in one transaction, which is undone if the work throws.
 *
 * @param database An open database.
 * @param work What to do, without awaiting; it may read and write.
 * @returns What the work returned, once it is committed.
 * @throws {LookalikeError} What the work threw; `unavailable` if SQLite cannot write: the disk is
 * full, or another process has held the database for too long; `damaged` if the file is.
 */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  try {
    database.exec("BEGIN IMMEDIATE");
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (cause) {
    if (database.isTransaction) database.exec("ROLLBACK");
    if (cause instanceof LookalikeError) throw cause;
    const reason = `Cannot write to ${basename(database.location() ?? "the database")} as SQLite ` +
      `says: ${messageOf(cause)}. Nothing was written`;
    throw isDamage(cause)
      ? new LookalikeError("damaged", `${reason}: restore the file from a copy.`, { cause })
      : new LookalikeError("unavailable", `${reason}.`, { retryAfter: 5, cause });
  }
}

/**
 * Whether SQLite found its file to be other than it wrote it.
 *
 * @param error What it threw.
 * @returns Whether that is what it says; else the disk, or another process, is at fault.
 */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB ||
    /malformed|not a database/.test(messageOf(error)); // what exec throws has no errcode
}

function migrate(
  database: DatabaseSync,
  { file, migrations }: { file: string; migrations: readonly string[] },
): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS migrations (
      version INTEGER PRIMARY KEY,
      applied_at TEXT NOT NULL
    ) STRICT`,
  );
  for (let version = currentVersion(database); version !== migrations.length;) {
    if (version > migrations.length) {
      throw new LookalikeError(
        "unavailable",
        `Cannot open ${file} as its schema must be of version ${migrations.length} or earlier: it ` +
          `is ${version}. Use the newer Lookalike that wrote it.`,
      );
    }
    version = transaction(database, () => {
      const version = currentVersion(database); // another process may have been faster
      if (version >= migrations.length) return version;
      database.exec(migrations[version]);
      database.prepare("INSERT INTO migrations (version, applied_at) VALUES (?, ?)")
        .run(version + 1, new Date().toISOString());
      return version + 1;
    });
  }
}

function currentVersion(database: DatabaseSync): number {
  const row = database.prepare("SELECT coalesce(max(version), 0) AS version FROM migrations").get();
  return Number(row?.version);
}
