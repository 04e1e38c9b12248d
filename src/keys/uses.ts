import type { DatabaseSync } from "node:sqlite";
import { transaction } from "../sqlite.ts";

/** How long the dates of last use stay in memory alone, so that a request costs no write. */
const SAVED_EVERY_MS = 60_000;

/** When keys were last used: in memory, and now and then in the database. */
export interface Uses {
  /** Notes that a key is used now. */
  note(id: string): void;
  /** Writes what was noted. */
  save(): void;
}

/**
 * Notes when keys are used.
 *
 * @param database Where the keys are.
 * @returns What notes it.
 */
export function createUses(database: DatabaseSync): Uses {
  const update = database.prepare("UPDATE keys SET last_used_at = ? WHERE id = ?");
  const noted = new Map<string, string>();
  let savedAt = Date.now();

  function save(): void {
    savedAt = Date.now();
    if (noted.size === 0) return;
    try {
      transaction(database, () => {
        for (const [id, date] of noted) update.run(date, id);
      });
      noted.clear();
    } catch {
      // A full disk must not cost a request whose key is valid: they are tried again later.
    }
  }

  return {
    save,
    note(id) {
      noted.set(id, new Date().toISOString());
      if (Date.now() - savedAt >= SAVED_EVERY_MS) save();
    },
  };
}
