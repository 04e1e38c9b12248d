import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { CollectionRow } from "./collection_rows.ts";
import { decodeVector } from "./decode.ts";
import type { PageOptions } from "./item_rows.ts";

/** What is read of an item besides its vector. */
export interface LabelledKey {
  key: number;
  label: string | null;
}

/** Items' vectors, read one by one so that others have their turn between. */
export interface VectorRows {
  /** The keys of items in their order, of all or of those with a label or without. */
  keys(collection: CollectionRow, options: PageOptions & { labelled?: boolean }): number[];
  /** By id, or undefined. */
  find(collection: CollectionRow, id: string): LabelledKey | undefined;
  /** An item that is there. */
  read(
    collection: CollectionRow,
    key: number,
  ): { id: string; label: string | null; vector: Float32Array };
}

/**
 * The rows of items' vectors.
 *
 * @param database Of the newest schema.
 * @returns The rows.
 */
export function vectorRows(database: DatabaseSync): VectorRows {
  const keys = (from: string) =>
    database.prepare(`SELECT key FROM items ${from} AND key > ? ORDER BY key LIMIT ?`);
  const all = keys("WHERE collection = ?");
  // Through its index, as few have a label where labels matter most; SQLite would read every item.
  const labelled = keys("INDEXED BY items_by_label WHERE collection = ? AND label IS NOT NULL");
  const unlabelled = keys("WHERE collection = ? AND label IS NULL");
  const find = database.prepare("SELECT key, label FROM items WHERE collection = ? AND id = ?");
  const read = database.prepare(
    `SELECT i.id, i.label, v.vector FROM items i
    LEFT JOIN vectors v ON v.item = i.key AND v.generation = ? WHERE i.key = ?`,
  );

  return {
    keys({ key }, { after, limit, labelled: wanted }) {
      const statement = wanted === undefined ? all : wanted ? labelled : unlabelled;
      return statement.all(key, after, limit).map(({ key }) => Number(key));
    },

    find(collection, id) {
      const row = find.get(collection.key, id);
      return row && { key: Number(row.key), label: labelOf(row) };
    },

    read(collection, key) {
      const row = read.get(collection.generation, key)!;
      return { id: String(row.id), label: labelOf(row), vector: decodeVector(row, collection) };
    },
  };
}

function labelOf({ label }: Record<string, SQLOutputValue>): string | null {
  return label === null ? null : String(label);
}
