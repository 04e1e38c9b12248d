import { join } from "node:path";
import { checkName } from "../encoders/reference.ts";
import { LookalikeError } from "../errors.ts";
import { checkId, encodeMetadata, invalid, unitVector } from "./checks.ts";
import type {
  CollectionInfo,
  CollectionItem,
  Collections,
  SearchHit,
  SearchRequest,
} from "./collections.ts";
import { createExactIndex } from "./exact_index.ts";
import { type CollectionRow, openSqliteStore } from "./sqlite_store.ts";
import type { IndexedItem, VectorIndex } from "./vector_index.ts";

/** How many numbers are read from the database at once, so that others have their turn between. */
const PAGE_NUMBERS = 2 ** 18;

/** The index of one collection. */
interface OpenIndex {
  index: VectorIndex;
  /** Whether all items are in it. */
  full: boolean;
  /** Settles when it is full, or is no longer needed. */
  filling: Promise<void>;
}

/**
 * Opens the collections of a home: rows in SQLite, `collections.db`, and an exact index on the
 * device for each collection that is searched, filled at its first search.
 *
 * Search needs a running TensorFlow; the rest does not. Other processes may write to the same file:
 * the next search then fills its index anew.
 *
 * @param home The folder of all that Lookalike keeps; made if it is not there.
 * @returns The collections; close them at the end.
 * @throws {LookalikeError} `damaged` if the file is no sound database; `unavailable` if a newer
 * program wrote it.
 *
 * @example
 * ```ts
 * import { openCollections } from "./sqlite_collections.ts";
 * import { startTensorFlow } from "../tensorflow/mod.ts";
 * await startTensorFlow({ device: "cpu" });
 * const collections = openCollections(await Deno.makeTempDir());
 * await collections.upsert("colours", {
 *   encoder: null,
 *   items: [
 *     { id: "red", vector: Float32Array.of(1, 0, 0), metadata: { warm: true } },
 *     { id: "blue", vector: Float32Array.of(0, 0, 1), metadata: { warm: false } },
 *   ],
 * });
 * const [[hit]] = await collections.search("colours", {
 *   vectors: [Float32Array.of(0.9, 0.1, 0.2)],
 *   k: 1,
 * });
 * console.assert(hit.id === "red" && hit.metadata.warm === true);
 * await collections.close();
 * ```
 */
export function openCollections(home: string): Collections {
  Deno.mkdirSync(home, { recursive: true });
  const store = openSqliteStore(join(home, "collections.db"));
  const indexes = new Map<number, OpenIndex>(); // by the collection's key
  const searches = new Set<Promise<unknown>>();
  let foreignWrites = store.foreignWrites();

  const existing = (name: string): CollectionRow => {
    const row = store.find(checkName(name, "collection"));
    if (row) return row;
    throw new LookalikeError("not_found", `Cannot find collection ${name}.`, { param: "name" });
  };

  const forget = (key: number): void => {
    indexes.get(key)?.index.dispose();
    indexes.delete(key);
  };

  const fill = async ({ key, dimension }: CollectionRow, index: VectorIndex): Promise<void> => {
    const limit = Math.ceil(PAGE_NUMBERS / dimension);
    const needed = () => indexes.get(key)?.index === index;
    for (let after = 0, more = true; more;) {
      await new Promise((resolve) => setTimeout(resolve));
      if (!needed()) return;
      // What is written between two pages goes to the index too, so that it misses nothing.
      const { items, cursor } = store.page(key, { after, limit });
      index.upsert(items);
      after = cursor;
      more = items.length === limit;
    }
    indexes.get(key)!.full = true;
  };

  const open = (row: CollectionRow): OpenIndex => {
    const now = store.foreignWrites();
    if (now !== foreignWrites) [...indexes.keys()].forEach(forget);
    foreignWrites = now;
    let found = indexes.get(row.key);
    if (!found) {
      const index = createExactIndex({ dimension: row.dimension });
      indexes.set(row.key, found = { index, full: false, filling: Promise.resolve() });
      found.filling = fill(row, index).catch((error) => {
        forget(row.key);
        throw error;
      });
    }
    return found;
  };

  const search = async (name: string, request: SearchRequest): Promise<SearchHit[][]> => {
    const row = existing(name);
    const { queries, k, exclude } = prepareSearch(row, request);
    let found = open(row);
    while (!found.full) { // not a single await if it is: the search is of the moment of its call
      await found.filling;
      found = open(existing(name)); // another if it was dropped, or written elsewhere, meanwhile
    }
    const hits = await found.index.search(queries, k + exclude.size);
    return hits.map((hits) =>
      hits.filter(({ id }) => !exclude.has(id)).slice(0, k).map(({ id, score, payload }) => ({
        id,
        score: Math.max(-1, Math.min(1, score)), // rounded vectors may be longer than 1
        metadata: JSON.parse(payload),
      }))
    );
  };

  return {
    list: () => Promise.try(() => store.list().map(infoOf)),

    get: (name) => Promise.try(() => infoOf(existing(name))),

    upsert: (name, { encoder, items: given }) =>
      Promise.try(() => {
        const found = store.find(checkName(name, "collection"));
        const items = prepareItems(given, found?.dimension);
        const dimension = items[0].vector.length;
        const { key, ...counts } = store.upsert({ name, encoder, dimension }, {
          items,
          check: (found) => checkFits(found, { encoder, dimension }),
        });
        indexes.get(key)?.index.upsert(items);
        return counts;
      }),

    item: (name, id) =>
      Promise.try(() => {
        const item = store.item(existing(name).key, id);
        if (item) return item;
        const sentence = `Cannot find item ${JSON.stringify(id)} in collection ${name}.`;
        throw new LookalikeError("not_found", sentence, { param: "id" });
      }),

    remove: (name, ids) =>
      Promise.try(() => {
        const { key } = existing(name);
        const count = store.remove(key, ids);
        indexes.get(key)?.index.remove(ids);
        return count;
      }),

    drop: (name) =>
      Promise.try(() => {
        const { key } = existing(name);
        store.drop(key);
        forget(key);
      }),

    search(name, request) {
      const running = search(name, request).finally(() => searches.delete(running));
      searches.add(running);
      return running;
    },

    async close() {
      await Promise.allSettled([...searches]);
      [...indexes.keys()].forEach(forget);
      store.close();
    },
  };
}

function infoOf({ key: _, ...info }: CollectionRow): CollectionInfo {
  return info;
}

function prepareItems(given: CollectionItem[], dimension = given[0]?.vector.length): IndexedItem[] {
  if (given.length === 0) throw invalid("items", "there must be at least one: there are none");
  const ids = new Set<string>();
  return given.map(({ id, vector, metadata }, at) => {
    checkId(id, `items[${at}].id`);
    if (ids.has(id)) {
      const sentence = `it must be there once: ${JSON.stringify(id)} is there twice`;
      throw invalid(`items[${at}].id`, sentence);
    }
    ids.add(id);
    return {
      id,
      vector: unitVector(vector, { dimension, param: `items[${at}].vector` }),
      payload: encodeMetadata(metadata, `items[${at}].metadata`),
    };
  });
}

function prepareSearch({ dimension }: CollectionRow, { vectors, k, exclude = [] }: SearchRequest) {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw invalid("k", `it must be a whole number from 1 up: it is ${k}`);
  }
  const queries = vectors.map((vector, at) =>
    unitVector(vector, { dimension, param: `vectors[${at}]` })
  );
  return { queries, k, exclude: new Set(exclude) };
}

function checkFits(
  found: CollectionRow,
  { encoder, dimension }: { encoder: string | null; dimension: number },
): void {
  if (encoder !== null && encoder !== found.encoder) {
    throw new LookalikeError(
      "conflict",
      `Cannot add vectors of encoder ${encoder} to collection ${found.name} as all must be alike: ` +
        `those in it are of ${found.encoder ?? "an unknown encoder"}. Use another collection.`,
      { param: "encoder" },
    );
  }
  if (dimension !== found.dimension) { // the collection is new, made since the items were checked
    const sentence = `it must have ${found.dimension} numbers: it has ${dimension}`;
    throw invalid("items[0].vector", sentence);
  }
}
