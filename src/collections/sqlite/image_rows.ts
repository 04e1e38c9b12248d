import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { KeptImage } from "./image_files.ts";
import type { PageOptions } from "./item_rows.ts";

/** An item and where its original is. */
export interface PicturedItem {
  key: number;
  id: string;
  label: string | null;
  /** Null if none is kept. */
  image: KeptImage | null;
}

/** The rows of items' images; `collection` is a collection's key. */
export interface ImageRows {
  /** Where an item's original is: null if it has none, undefined if there is no such item. */
  image(collection: number, id: string): KeptImage | null | undefined;
  /** An item's thumbnail: null if it has none, undefined if there is no such item. */
  thumbnail(collection: number, id: string): Uint8Array | null | undefined;
  /** An item, or undefined. */
  item(collection: number, id: string): PicturedItem | undefined;
  /** Items in the order of their keys, of all or of those with a label or without. */
  page(collection: number, options: PageOptions & { labelled?: boolean }): PicturedItem[];
  /** Whether any item has this file. */
  hasFile(file: string): boolean;
}

/**
 * The rows of items' images.
 *
 * @param database Of the newest schema.
 * @returns The rows.
 */
export function imageRows(database: DatabaseSync): ImageRows {
  const columns = "key, id, label, image_file, image_type, image_bytes, image_sha256";
  const one = database.prepare(`SELECT ${columns} FROM items WHERE collection = ? AND id = ?`);
  const page = database.prepare(
    `SELECT ${columns} FROM items
    WHERE collection = ?1 AND key > ?2 AND (?4 IS NULL OR (label IS NOT NULL) = ?4)
    ORDER BY key LIMIT ?3`,
  );
  const thumbnail = database.prepare(
    `SELECT t.webp FROM items i LEFT JOIN thumbnails t ON t.item = i.key
    WHERE i.collection = ? AND i.id = ?`,
  );
  const hasFile = database.prepare("SELECT 1 FROM items WHERE image_file = ?");
  const item = (collection: number, id: string) => {
    const row = one.get(collection, id);
    return row && picturedItem(row);
  };

  return {
    image: (collection, id) => item(collection, id)?.image,
    thumbnail(collection, id) {
      const row = thumbnail.get(collection, id);
      return row && row.webp as Uint8Array | null;
    },
    item,
    page(collection, { after, limit, labelled }) {
      const wanted = labelled === undefined ? null : Number(labelled);
      return page.all(collection, after, limit, wanted).map(picturedItem);
    },
    hasFile: (file) => hasFile.get(file) !== undefined,
  };
}

/**
 * The image that a row of `items` names.
 *
 * @param row Its columns.
 * @returns Where it is kept, or null.
 */
export function imageOf(row: Record<string, SQLOutputValue>): KeptImage | null {
  if (row.image_file === null) return null;
  return {
    file: String(row.image_file),
    type: String(row.image_type),
    bytes: Number(row.image_bytes),
    sha256: String(row.image_sha256),
  };
}

function picturedItem(row: Record<string, SQLOutputValue>): PicturedItem {
  return {
    key: Number(row.key),
    id: String(row.id),
    label: row.label === null ? null : String(row.label),
    image: imageOf(row),
  };
}
