import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { StoredItem } from "../collections.ts";
import type { IndexedFacts, IndexedItem } from "../vector_index.ts";
import type { CollectionRow, CollectionRows } from "./collection_rows.ts";
import { bytesOf, decodeFacts, decodeItem } from "./decode.ts";
import type { KeptImage } from "./image_files.ts";
import { imageOf } from "./image_rows.ts";

/** An item as it is written. */
export interface NewItem {
  id: string;
  /** float32 `[F]`, as the metric wants it. */
  vector: Float32Array;
  label: string | null;
  /** A JSON object. */
  metadata: string;
  /** The file of its original, written already. */
  image: KeptImage | null;
  /** WebP. */
  thumbnail: Uint8Array | null;
}

/** What was done to items. */
export interface Written {
  /** The items' rows, in their order. */
  keys: number[];
  inserted: number;
  updated: number;
  /** Files that no row names any longer. */
  files: string[];
}

/** A page of a list. */
export interface PageOptions {
  /** The key of the last item before the page; 0 for the first. */
  after: number;
  limit: number;
}

/** The rows of items; who writes opens the transaction, and reads the collection's row in it. */
export interface ItemRows {
  /** Adds items, or replaces those of the same ids. */
  put(collection: CollectionRow, items: NewItem[]): Written;
  /** An item, or undefined. */
  item(collection: CollectionRow, id: string): (StoredItem & { key: number }) | undefined;
  /** Items in the order of their keys, and those of one label if one is given. */
  list(
    collection: CollectionRow,
    options: PageOptions & { label?: string },
  ): (StoredItem & { key: number })[];
  /** What an index takes of them, with vectors of the collection's generation. */
  page(collection: CollectionRow, options: PageOptions): IndexedItem[];
  /** What is known of an item besides its vector, or undefined. */
  facts(collection: CollectionRow, id: string): IndexedFacts | undefined;
  /** How many items have each label. */
  labelCounts(collection: CollectionRow): Map<string, number>;
  /** Changes an item's label and metadata. */
  relabel(
    collection: CollectionRow,
    item: { key: number; label: string | null; metadata: string },
  ): IndexedFacts;
  /** Removes items: says how many were there, and which files are left. */
  remove(collection: CollectionRow, ids: string[]): { count: number; files: string[] };
}

/**
 * The rows of items.
 *
 * @param database Of the newest schema.
 * @param collections The rows of their collections, whose counts these keep.
 * @returns The rows.
 */
export function itemRows(database: DatabaseSync, collections: CollectionRows): ItemRows {
  const statement = (sql: string) => database.prepare(sql);
  const find = statement("SELECT key, image_file FROM items WHERE collection = ? AND id = ?");
  const insert = statement(
    `INSERT INTO items (collection, id, label, metadata, revision,
      image_file, image_type, image_bytes, image_sha256, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10, ?10)`,
  );
  const update = statement(
    `UPDATE items SET label = ?, metadata = ?, revision = ?, image_file = ?, image_type = ?,
      image_bytes = ?, image_sha256 = ?, updated_at = ? WHERE key = ?`,
  );
  const putVector = statement(
    `INSERT INTO vectors (item, generation, vector) VALUES (?, ?, ?)
    ON CONFLICT (item, generation) DO UPDATE SET vector = excluded.vector`,
  );
  const dropVector = statement("DELETE FROM vectors WHERE item = ? AND generation = ?");
  const undo = statement("UPDATE reembeddings SET done = done - ? WHERE collection = ?");
  const putThumbnail = statement(
    "INSERT INTO thumbnails VALUES (?, ?) ON CONFLICT (item) DO UPDATE SET webp = excluded.webp",
  );
  const dropThumbnail = statement("DELETE FROM thumbnails WHERE item = ?");
  const joined = "FROM items i LEFT JOIN vectors v ON v.item = i.key AND v.generation = ?";
  const stored = `SELECT i.*, v.vector,
    EXISTS (SELECT 1 FROM thumbnails WHERE item = i.key) AS has_thumbnail ${joined}`;
  const one = statement(`${stored} WHERE i.collection = ? AND i.id = ?`);
  const some = statement(`${stored} WHERE i.collection = ? AND i.key > ? ORDER BY i.key LIMIT ?`);
  const ofLabel = statement(
    `${stored} WHERE i.collection = ? AND i.key > ? AND i.label = ? ORDER BY i.key LIMIT ?`,
  );
  const indexed = statement(
    `SELECT i.key, i.id, i.label, i.metadata, v.vector ${joined}
    WHERE i.collection = ? AND i.key > ? ORDER BY i.key LIMIT ?`,
  );
  const facts = statement(
    "SELECT key, id, label, metadata FROM items WHERE collection = ? AND id = ?",
  );
  const labelCounts = statement(
    `SELECT label, count(*) AS count FROM items WHERE collection = ? AND label IS NOT NULL
    GROUP BY label`,
  );
  const relabel = statement(
    `UPDATE items SET label = ?, metadata = ?, updated_at = ? WHERE key = ?
    RETURNING key, id, label, metadata`,
  );
  const removeOne = statement("DELETE FROM items WHERE key = ?");
  /** Forgets the vector that an item has of a new encoder, and says whether it had one. */
  const forgetNew = ({ reembedding }: CollectionRow, item: number): number =>
    reembedding ? Number(dropVector.run(item, reembedding.generation).changes) : 0;

  return {
    put(collection, items) {
      const now = new Date().toISOString();
      const written: Written = { keys: [], inserted: 0, updated: 0, files: [] };
      const revision = collection.writes + 1; // read in this transaction
      let undone = 0;
      for (const { id, vector, label, metadata, image, thumbnail } of items) {
        const columns = imageColumns(image);
        const found = find.get(collection.key, id);
        let key = Number(found?.key);
        if (found) {
          written.updated++;
          update.run(label, metadata, revision, ...columns, now, key);
          if (found.image_file !== null) written.files.push(String(found.image_file));
          undone += forgetNew(collection, key);
        } else {
          written.inserted++;
          const row = insert.run(collection.key, id, label, metadata, revision, ...columns, now);
          key = Number(row.lastInsertRowid);
        }
        written.keys.push(key);
        putVector.run(key, collection.generation, bytesOf(vector));
        if (thumbnail) putThumbnail.run(key, thumbnail);
        else if (found) dropThumbnail.run(key);
      }
      undo.run(undone, collection.key);
      collections.countWrite(collection.key, written.inserted);
      return written;
    },

    item(collection, id) {
      const row = one.get(collection.generation, collection.key, id);
      return row && storedItem(row, collection);
    },

    list(collection, { after, limit, label }) {
      const { generation, key } = collection;
      const rows = label === undefined
        ? some.all(generation, key, after, limit)
        : ofLabel.all(generation, key, after, label, limit);
      return rows.map((row) => storedItem(row, collection));
    },

    page(collection, { after, limit }) {
      const rows = indexed.all(collection.generation, collection.key, after, limit);
      return rows.map((row) => decodeItem(row, collection));
    },

    facts(collection, id) {
      const row = facts.get(collection.key, id);
      return row && decodeFacts(row, collection);
    },

    labelCounts({ key }) {
      const rows = labelCounts.all(key);
      return new Map(rows.map(({ label, count }) => [String(label), Number(count)]));
    },

    relabel(collection, { key, label, metadata }) {
      const row = relabel.get(label, metadata, new Date().toISOString(), key)!;
      return decodeFacts(row, collection);
    },

    remove(collection, ids) {
      const files: string[] = [];
      let [count, undone] = [0, 0];
      for (const id of ids) {
        const found = find.get(collection.key, id);
        if (!found) continue;
        undone += forgetNew(collection, Number(found.key));
        count += Number(removeOne.run(found.key).changes);
        if (found.image_file !== null) files.push(String(found.image_file));
      }
      undo.run(undone, collection.key);
      if (count > 0) collections.countWrite(collection.key, -count);
      return { count, files };
    },
  };
}

function imageColumns(image: KeptImage | null): (string | number | null)[] {
  if (image === null) return [null, null, null, null];
  return [image.file, image.type, image.bytes, image.sha256];
}

function storedItem(
  row: Record<string, SQLOutputValue>,
  collection: CollectionRow,
): StoredItem & { key: number } {
  const image = imageOf(row);
  return {
    ...decodeItem(row, collection),
    metadata: JSON.parse(String(row.metadata)), // the caller's own, to change as it likes
    image: image && { type: image.type, bytes: image.bytes, sha256: image.sha256 },
    hasThumbnail: row.has_thumbnail === 1,
    createdAt: String(row.created_at),
    updatedAt: String(row.updated_at),
  };
}
