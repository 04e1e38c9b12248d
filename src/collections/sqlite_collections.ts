import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { createLog, type Log } from "../log.ts";
import { openDatabase } from "../sqlite.ts";
import type { Collections } from "./collections.ts";
import { collectionMethods } from "./sqlite/collection_methods.ts";
import { collectionRows } from "./sqlite/collection_rows.ts";
import { imageFiles } from "./sqlite/image_files.ts";
import { imageMethods } from "./sqlite/image_methods.ts";
import { imageRows } from "./sqlite/image_rows.ts";
import { itemMethods } from "./sqlite/item_methods.ts";
import { itemRows } from "./sqlite/item_rows.ts";
import { createJanitor } from "./sqlite/janitor.ts";
import { openIndexes } from "./sqlite/open_indexes.ts";
import { createOrder } from "./sqlite/order.ts";
import type { Parts } from "./sqlite/parts.ts";
import { reembeddingMethods } from "./sqlite/reembedding_methods.ts";
import { reembeddingRows } from "./sqlite/reembedding_rows.ts";
import { MIGRATIONS } from "./sqlite/schema.ts";
import { searchMethods } from "./sqlite/search_methods.ts";
import { fromSqlite } from "./sqlite/sqlite_error.ts";
import { upsertMethod } from "./sqlite/upsert.ts";
import { vectorMethods } from "./sqlite/vector_methods.ts";

/**
 * Opens the collections of a home: rows in SQLite, `collections.db`, originals as files under
 * `images/`, graphs under `graphs/`, and for each collection that is searched an index on the
 * device, filled at its first search.
 *
 * Search needs a running TensorFlow; the rest does not. Other processes may write to the same file:
 * the next search then fills its index anew.
 *
 * @param home The folder of all that Lookalike keeps; made if it is not there.
 * @param options `log` is told what goes wrong behind; nothing unless told.
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
 *   vectors: [Float32Array.of(0.1, 0.1, 0.9)],
 *   k: 1,
 *   filter: { field: "metadata.warm", eq: true },
 * });
 * console.assert(hit.id === "red");
 * await collections.close();
 * ```
 */
export function openCollections(
  home: string,
  { log = createLog("silent") }: { log?: Log } = {},
): Collections {
  Deno.mkdirSync(home, { recursive: true });
  const database = openDatabase(join(home, "collections.db"), MIGRATIONS);
  const calls = new Set<Promise<unknown>>();
  const track = <T>(call: Promise<T>): Promise<T> => {
    const done: Promise<void> = call.then(() => {}, () => {}).finally(() => calls.delete(done));
    calls.add(done);
    return call;
  };

  const collections = collectionRows(database);
  const items = itemRows(database, collections);
  const images = imageRows(database);
  const files = imageFiles(join(home, "images"));
  const graphs = join(home, "graphs");
  const parts: Parts = {
    database,
    collections,
    items,
    images,
    reembeddings: reembeddingRows(database),
    files,
    indexes: openIndexes({ database, collections, items, graphs, log }),
    janitor: createJanitor({ database, files, hasFile: images.hasFile, log }),
    inOrder: createOrder(),
    behind(work) {
      track(work()).catch((error) => {
        log.warn("cannot clean up behind collections", { error: messageOf(error) });
      });
    },
  };

  const methods = {
    ...collectionMethods(parts),
    ...itemMethods(parts),
    ...imageMethods(parts),
    ...vectorMethods(parts),
    upsert: upsertMethod(parts),
    ...searchMethods(parts),
    ...reembeddingMethods(parts),
  };

  let closed: Promise<void> | undefined;
  const close = async () => {
    while (calls.size > 0) await Promise.all(calls);
    await parts.janitor.close();
    await parts.indexes.close();
    database.close();
  };
  return { ...callable(methods, track), close: () => closed ??= close() };
}

/** The methods as others call them: what they throw is a rejection, and of this project. */
function callable<Methods extends object>(
  methods: Methods,
  track: <T>(call: Promise<T>) => Promise<T>,
): Methods {
  const wrap = (method: (...values: unknown[]) => Promise<unknown>) => (...values: unknown[]) =>
    track(
      Promise.try(() => method(...values)).catch((error) => {
        throw fromSqlite(error);
      }),
    );
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, wrap(method)]),
  ) as Methods;
}
