import type { DatabaseSync } from "node:sqlite";
import { LookalikeError } from "../../errors.ts";
import type { CollectionRow } from "./collection_rows.ts";
import { bytesOf } from "./decode.ts";
import type { KeptImage } from "./image_files.ts";
import { imageOf } from "./image_rows.ts";
import type { PageOptions } from "./item_rows.ts";

/** An item on its collection's way to another encoder. */
export interface OnTheWay {
  key: number;
  id: string;
  revision: number;
  image: KeptImage | null;
  /** Whether it has its new vector. */
  done: boolean;
}

/** A new vector of an item. */
export interface NewVector {
  id: string;
  revision: number;
  /** float32 `[F]` of the new encoder, as the metric wants it. */
  vector: Float32Array;
}

/** The rows of collections' ways to other encoders; who writes opens the transaction. */
export interface ReembeddingRows {
  /** Begins one, in place of what was begun before. */
  begin(collection: CollectionRow, target: { encoder: string; dimension: number }): void;
  /** Items in the order of their keys. */
  page(collection: CollectionRow, options: PageOptions): OnTheWay[];
  /** Keeps vectors of items that are as they were. */
  add(collection: CollectionRow, vectors: NewVector[]): void;
  /** Switches to the new vectors if every item has one, and says whether it did. */
  finish(collection: CollectionRow): boolean;
  /** Notes why it ended. */
  fail(collection: CollectionRow, reason: string): void;
  /** Forgets it. */
  cancel(collection: CollectionRow): void;
}

/**
 * The rows of collections' ways to other encoders.
 *
 * @param database Of the newest schema.
 * @returns The rows.
 */
export function reembeddingRows(
  database: DatabaseSync,
): ReembeddingRows {
  const statement = (sql: string) => database.prepare(sql);
  const withoutImage = statement(
    "SELECT id FROM items WHERE collection = ? AND image_file IS NULL LIMIT 1",
  );
  const nextGeneration = statement(
    `UPDATE collections SET generations = generations + 1, writes = writes + 1 WHERE key = ?
    RETURNING generations, writes`,
  );
  const make = statement(
    `INSERT INTO reembeddings (collection, generation, encoder, dimension, status, begun, started_at)
    VALUES (?, ?, ?, ?, 'running', ?, ?)`,
  );
  const forget = statement("DELETE FROM reembeddings WHERE collection = ?");
  const makeStale = statement("INSERT INTO stale_generations VALUES (?, ?)");
  const page = statement(
    `SELECT key, id, max(revision, ?2) AS revision,
      image_file, image_type, image_bytes, image_sha256,
      EXISTS (SELECT 1 FROM vectors WHERE item = items.key AND generation = ?1) AS done
    FROM items WHERE collection = ?3 AND key > ?4 ORDER BY key LIMIT ?5`,
  );
  const find = statement(
    "SELECT key FROM items WHERE collection = ? AND id = ? AND max(revision, ?) = ?",
  );
  const put = statement(
    "INSERT OR IGNORE INTO vectors (item, generation, vector) VALUES (?, ?, ?)",
  );
  const count = statement("UPDATE reembeddings SET done = done + ? WHERE collection = ?");
  const switchTo = statement(
    `UPDATE collections SET encoder = ?, dimension = ?, generation = ?, writes = writes + 1
    WHERE key = ?`,
  );
  const fail = statement(
    "UPDATE reembeddings SET status = 'failed', error = ? WHERE collection = ?",
  );

  /** Forgets a way and the vectors it has, in the transaction that is open. */
  const abandon = ({ key, reembedding }: CollectionRow): void => {
    if (reembedding === null) return;
    makeStale.run(key, reembedding.generation);
    forget.run(key);
  };

  return {
    begin(collection, { encoder, dimension }) {
      const { name, key } = collection;
      if (collection.encoder === encoder) throw already(name, encoder);
      const bare = withoutImage.get(key);
      if (bare) throw noImage(name, String(bare.id));
      abandon(collection);
      const { generations, writes } = nextGeneration.get(key)!;
      make.run(key, generations, encoder, dimension, writes, new Date().toISOString());
    },

    page({ key, reembedding }, { after, limit }) {
      if (reembedding === null) return [];
      const { generation, begun } = reembedding;
      return page.all(generation, begun, key, after, limit).map((row) => ({
        key: Number(row.key),
        id: String(row.id),
        revision: Number(row.revision),
        image: imageOf(row),
        done: row.done === 1,
      }));
    },

    add({ key, reembedding }, vectors) {
      if (reembedding === null) return;
      const { generation, begun } = reembedding;
      let done = 0;
      for (const { id, revision, vector } of vectors) {
        // No revision is less than when this way began, so that no other way's vector fits.
        const item = find.get(key, id, begun, revision)?.key;
        if (item === undefined) continue;
        done += Number(put.run(item, generation, bytesOf(vector)).changes);
      }
      count.run(done, key);
    },

    finish({ key, generation, count, reembedding }) {
      if (reembedding?.status !== "running" || reembedding.done !== count) return false;
      const { encoder, dimension } = reembedding;
      switchTo.run(encoder, dimension, reembedding.generation, key);
      forget.run(key);
      makeStale.run(key, generation);
      return true;
    },

    fail({ key }, reason) {
      fail.run(reason, key);
    },

    cancel: abandon,
  };
}

function already(name: string, encoder: string): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot embed collection ${name} anew as its vectors must be of another encoder: they are of ` +
      `${encoder} already.`,
    { param: "encoder" },
  );
}

function noImage(name: string, id: string): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot embed collection ${name} anew as each item must have its original image: ` +
      `${JSON.stringify(id)} has none.`,
    { param: "name" },
  );
}
