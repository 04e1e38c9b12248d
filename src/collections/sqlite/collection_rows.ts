import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { LookalikeError } from "../../errors.ts";
import type {
  CollectionInfo,
  CollectionSettings,
  ImageRetention,
  IndexKind,
  Metric,
  Reembedding,
} from "../collections.ts";

/** A collection's row; the key is never used again, also if the name is. */
export interface CollectionRow extends CollectionInfo {
  key: number;
  /** Which of its items' vectors are its own; others are of a way to another encoder. */
  generation: number;
  /** Another after each write of its vectors. */
  writes: number;
  reembedding: ReembeddingRow | null;
}

/** A collection's way to another encoder. */
export interface ReembeddingRow extends Reembedding {
  /** Of the new vectors. */
  generation: number;
  /** The collection's `writes` when it began. */
  begun: number;
}

/** The rows of all collections that were not dropped; who writes opens the transaction. */
export interface CollectionRows {
  /** All, by name. */
  list(): CollectionRow[];
  /** By name, or undefined. */
  find(name: string): CollectionRow | undefined;
  /** By name; `not_found` otherwise. */
  get(name: string): CollectionRow;
  /** Makes one; `conflict` if it is there. */
  create(name: string, settings: Required<CollectionSettings>): CollectionRow;
  /** Changes how one is searched. */
  setIndex(key: number, index: IndexKind): void;
  /** Counts a write of vectors, and the items that it added. */
  countWrite(key: number, added: number): void;
  /** Frees the name at once; the items are to be removed behind. */
  drop(key: number): void;
}

/**
 * The rows of collections.
 *
 * @param database Of the newest schema.
 * @returns The rows.
 */
export function collectionRows(database: DatabaseSync): CollectionRows {
  const select = `SELECT c.*, r.generation AS new_generation, r.encoder AS new_encoder,
      r.dimension AS new_dimension, r.status, r.error, r.done, r.begun, r.started_at
    FROM collections c LEFT JOIN reembeddings r ON r.collection = c.key WHERE NOT c.dropped`;
  const all = database.prepare(`${select} ORDER BY c.name`);
  const byName = database.prepare(`${select} AND c.name = ?`);
  const make = database.prepare(
    `INSERT INTO collections (name, encoder, dimension, metric, search_index, images, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING`,
  );
  const setIndex = database.prepare("UPDATE collections SET search_index = ? WHERE key = ?");
  const countWrite = database.prepare(
    "UPDATE collections SET writes = writes + 1, count = count + ? WHERE key = ?",
  );
  // A name that no collection can have, as it begins with a space.
  const drop = database.prepare(
    "UPDATE collections SET dropped = 1, name = ' ' || key WHERE key = ?",
  );
  const find = (name: string) => {
    const row = byName.get(name);
    return row && collectionRow(row);
  };

  return {
    list: () => all.all().map(collectionRow),
    find,
    get(name) {
      const row = find(name);
      if (row) return row;
      throw new LookalikeError("not_found", `Cannot find collection ${name}.`, { param: "name" });
    },
    create(name, { encoder, dimension, metric, index, images }) {
      const now = new Date().toISOString();
      const { changes } = make.run(name, encoder, dimension, metric, index, images, now);
      if (changes === 0) {
        const sentence = `Cannot make collection ${name} as there is one of that name.`;
        throw new LookalikeError("conflict", sentence, { param: "name" });
      }
      return find(name)!;
    },
    setIndex(key, index) {
      setIndex.run(index, key);
    },
    countWrite(key, added) {
      countWrite.run(added, key);
    },
    drop(key) {
      drop.run(key);
    },
  };
}

/**
 * What others may know of a collection.
 *
 * @param row Its row.
 * @returns The row without what is the database's own.
 */
export function infoOf(row: CollectionRow): CollectionInfo {
  const { key: _key, generation: _generation, writes: _writes, reembedding, ...info } = row;
  if (reembedding === null) return { ...info, reembedding };
  const { generation: _new, begun: _begun, ...way } = reembedding;
  return { ...info, reembedding: way };
}

function collectionRow(row: Record<string, SQLOutputValue>): CollectionRow {
  return {
    key: Number(row.key),
    name: String(row.name),
    encoder: textOrNull(row.encoder),
    dimension: Number(row.dimension),
    metric: String(row.metric) as Metric,
    index: String(row.search_index) as IndexKind,
    images: String(row.images) as ImageRetention,
    count: Number(row.count),
    createdAt: String(row.created_at),
    generation: Number(row.generation),
    writes: Number(row.writes),
    reembedding: row.new_generation === null ? null : {
      encoder: String(row.new_encoder),
      dimension: Number(row.new_dimension),
      status: String(row.status) as Reembedding["status"],
      error: textOrNull(row.error),
      done: Number(row.done),
      startedAt: String(row.started_at),
      generation: Number(row.new_generation),
      begun: Number(row.begun),
    },
  };
}

function textOrNull(value: SQLOutputValue): string | null {
  return value === null ? null : String(value);
}
