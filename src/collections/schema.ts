import type { DatabaseSync } from "node:sqlite";
import { LookalikeError, messageOf } from "../errors.ts";

/** Each step takes the database one version on; released steps never change. */
const MIGRATIONS = [
  `CREATE TABLE collections (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, so that an index knows its own
    name TEXT NOT NULL UNIQUE,
    encoder TEXT,
    dimension INTEGER NOT NULL,
    count INTEGER NOT NULL DEFAULT 0, -- of its items, as counting them takes ever longer
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE items (
    key INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    vector BLOB NOT NULL, -- float32, little-endian, of length 1
    metadata TEXT NOT NULL, -- a JSON object
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (collection, id)
  ) STRICT;
  CREATE INDEX items_in_order ON items (collection, key);`,
];

/**
 * Brings a database to the newest schema, one transaction a step; several processes may try at once.
 *
 * @param database An open database, new or of any earlier version.
 * @throws {LookalikeError} `unavailable` if a newer program has taken it further.
 */
export function migrate(database: DatabaseSync): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS migrations (
      version INTEGER PRIMARY KEY,
      applied_at TEXT NOT NULL
    ) STRICT`,
  );
  for (let version = currentVersion(database); version !== MIGRATIONS.length;) {
    if (version > MIGRATIONS.length) {
      throw new LookalikeError(
        "unavailable",
        `Cannot open collections.db as its schema must be of version ${MIGRATIONS.length} or ` +
          `earlier: it is ${version}. Use the newer Lookalike that wrote it.`,
      );
    }
    version = transaction(database, () => {
      const version = currentVersion(database); // another process may have been faster
      if (version >= MIGRATIONS.length) return version;
      database.exec(MIGRATIONS[version]);
      database.prepare("INSERT INTO migrations (version, applied_at) VALUES (?, ?)")
        .run(version + 1, new Date().toISOString());
      return version + 1;
    });
  }
}

/**
 * Runs work in one transaction, which is undone if the work throws.
 *
 * @param database An open database.
 * @param work What to do, without awaiting; it may read and write.
 * @returns What the work returned, once it is committed.
 * @throws {LookalikeError} What the work threw, or `unavailable` if SQLite cannot write: the disk
 * is full, or another process has held the database for too long.
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
    throw new LookalikeError(
      "unavailable",
      `Cannot write to collections.db as SQLite says: ${messageOf(cause)}. Nothing was written.`,
      { retryAfter: 5, cause },
    );
  }
}

function currentVersion(database: DatabaseSync): number {
  const row = database.prepare("SELECT coalesce(max(version), 0) AS version FROM migrations").get();
  return Number(row?.version);
}
