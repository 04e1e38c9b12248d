import { DatabaseSync } from "node:sqlite";

/**
 * Opens a database a second time, to read it over several turns of the event loop as it is at the
 * first read: what is written meanwhile is not seen, and waits for nothing.
 *
 * @param database It, open and in write-ahead mode.
 * @returns A database that can only be read; close it soon, as the log of writes grows till then.
 */
export function openSnapshot(database: DatabaseSync): DatabaseSync {
  const snapshot = new DatabaseSync(database.location()!, { readOnly: true });
  snapshot.exec("BEGIN");
  return snapshot;
}
