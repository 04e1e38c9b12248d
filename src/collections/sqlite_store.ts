import type { SQLOutputValue } from "node:sqlite";
import { openDatabase, transaction } from "../sqlite.ts";
import type { CollectionInfo, StoredItem } from "./collections.ts";
import { MIGRATIONS } from "./schema.ts";
import type { IndexedItem } from "./vector_index.ts";

/** A collection's row; the key is never used again, also if the name is. */
export interface CollectionRow extends CollectionInfo {
  key: number;
}

/** The rows of all collections: what is durable, without search. */
export interface SqliteStore {
  /** All collections, by name. */
  list(): CollectionRow[];
  /** A collection by name, or undefined. */
  find(name: string): CollectionRow | undefined;
  /**
   * Writes items in one transaction, and before them their collection if it is not there; if it is,
   * `check` may refuse it, and nothing is written.
   */
  upsert(
    collection: { name: string; encoder: string | null; dimension: number },
    options: { items: IndexedItem[]; check: (found: CollectionRow) => void },
  ): { key: number; inserted: number; updated: number };
  /** An item, or undefined. */
  item(key: number, id: string): StoredItem | undefined;
  /** Removes items in one transaction, and says how many were there. */
  remove(key: number, ids: string[]): number;
  drop(key: number): void;
  /** Up to `limit` items of a collection after a cursor, and the cursor after them; 0 to begin. */
  page(
    key: number,
    options: { after: number; limit: number },
  ): { items: IndexedItem[]; cursor: number };
  /** A number that changes when another connection has written. */
  foreignWrites(): number;
  close(): void;
}

/**
 * Opens a database of collections, in write-ahead mode and synced at every commit, and brings it to
 * the newest schema.
 *
 * @param path The file; made if it is not there.
 * @returns The rows.
 * @throws {LookalikeError} `damaged` if the file is no sound database; `unavailable` if a newer
 * program wrote it.
 */
export function openSqliteStore(path: string): SqliteStore {
  const database = openDatabase(path, MIGRATIONS);
  const statement = (sql: string) => database.prepare(sql);
  const all = statement("SELECT * FROM collections ORDER BY name");
  const byName = statement("SELECT * FROM collections WHERE name = ?");
  const make = statement(
    "INSERT INTO collections (name, encoder, dimension, created_at) VALUES (?, ?, ?, ?)",
  );
  const addToCount = statement("UPDATE collections SET count = count + ? WHERE key = ?");
  const dropOne = statement("DELETE FROM collections WHERE key = ?");
  const has = statement("SELECT 1 FROM items WHERE collection = ? AND id = ?");
  const put = statement(
    `INSERT INTO items (collection, id, vector, metadata, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?5, ?5)
    ON CONFLICT (collection, id) DO UPDATE SET
      vector = excluded.vector, metadata = excluded.metadata, updated_at = excluded.updated_at`,
  );
  const one = statement("SELECT * FROM items WHERE collection = ? AND id = ?");
  const removeOne = statement("DELETE FROM items WHERE collection = ? AND id = ?");
  const some = statement(
    `SELECT key, id, vector, metadata FROM items
    WHERE collection = ? AND key > ? ORDER BY key LIMIT ?`,
  );
  const version = statement("PRAGMA data_version");
  const find = (name: string) => {
    const row = byName.get(name);
    return row && collectionRow(row);
  };

  return {
    list: () => all.all().map(collectionRow),
    find,
    upsert({ name, encoder, dimension }, { items, check }) {
      return transaction(database, () => {
        const now = new Date().toISOString();
        const found = find(name);
        if (found) check(found);
        const key = found?.key ??
          Number(make.run(name, encoder, dimension, now).lastInsertRowid);
        let updated = 0;
        for (const { id, vector, payload } of items) {
          if (has.get(key, id)) updated++;
          put.run(key, id, bytesOf(vector), payload, now);
        }
        const inserted = items.length - updated;
        addToCount.run(inserted, key);
        return { key, inserted, updated };
      });
    },
    item(key, id) {
      const row = one.get(key, id);
      return row && {
        id,
        vector: vectorOf(row.vector),
        metadata: JSON.parse(String(row.metadata)),
        createdAt: String(row.created_at),
        updatedAt: String(row.updated_at),
      };
    },
    remove(key, ids) {
      return transaction(database, () => {
        let removed = 0;
        for (const id of ids) removed += Number(removeOne.run(key, id).changes);
        addToCount.run(-removed, key);
        return removed;
      });
    },
    drop(key) {
      transaction(database, () => dropOne.run(key));
    },
    page(key, { after, limit }) {
      const rows = some.all(key, after, limit);
      const items = rows.map((row) => ({
        id: String(row.id),
        vector: vectorOf(row.vector),
        payload: String(row.metadata),
      }));
      return { items, cursor: Number(rows.at(-1)?.key ?? after) };
    },
    foreignWrites: () => Number(version.get()?.data_version),
    close() {
      if (database.isOpen) database.close();
    },
  };
}

function collectionRow(row: Record<string, SQLOutputValue>): CollectionRow {
  return {
    key: Number(row.key),
    name: String(row.name),
    encoder: row.encoder === null ? null : String(row.encoder),
    dimension: Number(row.dimension),
    count: Number(row.count),
    createdAt: String(row.created_at),
  };
}

/** The float32 of a vector as they lie in memory: little-endian on every platform of Deno. */
function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

function vectorOf(blob: SQLOutputValue): Float32Array {
  return new Float32Array((blob as Uint8Array).slice().buffer);
}
