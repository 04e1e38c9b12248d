import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { transaction } from "../../sqlite.ts";
import type { ImageFiles } from "./image_files.ts";

/** How many items are removed in one transaction, so that others have their turn between. */
const PAGE = 256;
/** A file that no row names may belong to a write under way until it is this old. */
const ORPHAN_MS = 10 * 60_000;

/** Removes behind what nobody will read again. */
export interface Janitor {
  /** Says that there may be something. */
  wake(): void;
  /** Stops after the piece under way; the rest is done at the next start. */
  close(): Promise<void>;
}

/** What a janitor works on. */
export interface JanitorOptions {
  database: DatabaseSync;
  files: ImageFiles;
  log: Log;
  /** Whether a row names a file. */
  hasFile(file: string): boolean;
}

/**
 * Removes the items of dropped collections, vectors of generations that are past, and files that no
 * row names: those left of before at once, and then whenever it is woken.
 *
 * @param options What it works on.
 * @returns The janitor, at work.
 */
export function createJanitor({ database, files, log, hasFile }: JanitorOptions): Janitor {
  const statement = (sql: string) => database.prepare(sql);
  const dropped = statement("SELECT key FROM collections WHERE dropped LIMIT 1");
  const itemsOf = statement("SELECT key, image_file FROM items WHERE collection = ? LIMIT ?");
  const removeItem = statement("DELETE FROM items WHERE key = ?");
  const removeCollection = statement("DELETE FROM collections WHERE key = ?");
  const stale = statement("SELECT collection, generation FROM stale_generations LIMIT 1");
  const itemsAfter = statement(
    "SELECT key FROM items WHERE collection = ? AND key > ? ORDER BY key LIMIT ?",
  );
  const removeVector = statement("DELETE FROM vectors WHERE item = ? AND generation = ?");
  const removeStale = statement(
    "DELETE FROM stale_generations WHERE collection = ? AND generation = ?",
  );
  let closed = false;
  let woken = false;

  const pause = () => new Promise((resolve) => setTimeout(resolve));

  const removeDropped = async (): Promise<void> => {
    for (let row = dropped.get(); row && !closed; row = dropped.get()) {
      const { key } = row;
      const items = itemsOf.all(key, PAGE);
      // First the files, as on a full disk they make the room that removing rows takes.
      await files.remove(items.flatMap(({ image_file: file }) => file === null ? [] : [`${file}`]));
      transaction(database, () => {
        for (const item of items) removeItem.run(item.key);
        if (items.length === 0) removeCollection.run(key);
      });
      await pause();
    }
  };

  const removeStaleVectors = async (): Promise<void> => {
    for (let row = stale.get(); row && !closed; row = stale.get()) {
      const { collection, generation } = row;
      for (let after = 0, more = true; more && !closed;) {
        const keys = itemsAfter.all(collection, after, PAGE).map(({ key }) => Number(key));
        more = keys.length === PAGE;
        transaction(database, () => {
          for (const key of keys) removeVector.run(key, generation);
          if (!more) removeStale.run(collection, generation);
        });
        after = keys.at(-1) ?? 0;
        await pause();
      }
    }
  };

  const removeOrphans = async (): Promise<void> => {
    for await (const { file, changed } of files.list()) {
      if (closed) return;
      if (Date.now() - changed > ORPHAN_MS && !hasFile(file)) await files.remove([file]);
    }
  };

  const run = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn("cannot clean up behind collections", { error: messageOf(error) });
    }
  };

  let busy = false;
  const work = async (): Promise<void> => {
    while (woken && !closed) {
      woken = false;
      await pause();
      await run(removeDropped);
      await run(removeStaleVectors);
    }
    busy = false;
  };

  let working = run(removeOrphans);
  const janitor: Janitor = {
    wake() {
      woken = true;
      if (busy || closed) return;
      busy = true;
      working = Promise.all([working, work()]).then(() => {});
    },
    async close() {
      closed = true;
      await working;
    },
  };
  janitor.wake();
  return janitor;
}
