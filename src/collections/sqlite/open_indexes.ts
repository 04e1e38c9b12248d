import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { createExactIndex, type ExactIndex } from "../exact/exact_index.ts";
import { createGraphIndex, type GraphIndex } from "../graph_index.ts";
import { openGraph, removeGraph } from "../hnsw/open_graph.ts";
import type { IndexedFacts, IndexedItem } from "../vector_index.ts";
import type { CollectionRow, CollectionRows } from "./collection_rows.ts";
import type { ItemRows } from "./item_rows.ts";

/** How many numbers are read from the database at once, so that others have their turn between. */
const PAGE_NUMBERS = 2 ** 18;
/** And so many items, as each has metadata to be parsed. */
const PAGE_ITEMS = 1024;

/** The indexes of a collection. */
export interface OpenIndex {
  exact: ExactIndex;
  /** The graph beside it, if the collection has one. */
  graph: GraphIndex | null;
}

interface Entry extends OpenIndex {
  /** What the file of the graph is of. */
  stamp: string;
  /** Whether all items are in it. */
  full: boolean;
  /** Settles when it is full, or is no longer needed. */
  filling: Promise<void>;
}

/** The indexes of the collections that were searched since the start. */
export interface OpenIndexes {
  /**
   * The index of a collection as it is now; or, where that takes a while, a promise after which to
   * read the collection's row and ask again.
   */
  open(row: CollectionRow): OpenIndex | Promise<void>;
  /** Says what was written, where a collection's index is open. */
  upsert(key: number, items: () => IndexedItem[]): void;
  relabel(key: number, facts: IndexedFacts): void;
  remove(key: number, ids: readonly string[]): void;
  /** Lets go of a collection's index: its vectors are others now, or it was dropped. */
  forget(row: CollectionRow): void;
  /** Keeps graphs, and lets go of all. */
  close(): Promise<void>;
}

/** What indexes are opened from. */
export interface IndexSource {
  database: DatabaseSync;
  collections: CollectionRows;
  items: ItemRows;
  /** The folder of graphs. */
  graphs: string;
  log: Log;
}

/**
 * The indexes of collections, each filled at its first search; a graph comes behind. Where another
 * process has written, all are filled anew.
 *
 * @param source What they are opened from.
 * @returns No index yet.
 */
export function openIndexes(source: IndexSource): OpenIndexes {
  const { database, collections, items, graphs, log } = source;
  const entries = new Map<number, Entry>(); // by the collection's key
  const ending = new Set<Promise<unknown>>(); // what runs behind
  const dataVersion = database.prepare("PRAGMA data_version");
  const foreignWrites = () => Number(dataVersion.get()?.data_version);
  let seen = foreignWrites();

  const behind = (work: Promise<unknown>): void => {
    const done: Promise<unknown> = work
      .catch((error) => log.warn("cannot tidy up a graph", { error: messageOf(error) }))
      .finally(() => ending.delete(done));
    ending.add(done);
  };

  const close = (key: number): Promise<void> => {
    const entry = entries.get(key);
    entries.delete(key);
    entry?.exact.dispose();
    return entry?.graph?.dispose() ?? Promise.resolve();
  };

  const forgetStale = (): void => {
    const now = foreignWrites();
    if (now === seen) return;
    seen = now;
    for (const key of [...entries.keys()]) behind(close(key));
  };

  const fill = async (row: CollectionRow, entry: Entry): Promise<void> => {
    const limit = Math.min(PAGE_ITEMS, Math.ceil(PAGE_NUMBERS / row.dimension));
    for (let after = 0, more = true; more;) {
      await new Promise((resolve) => setTimeout(resolve));
      forgetStale();
      if (entries.get(row.key) !== entry) return;
      // What is written between two pages goes to the index too, so that it misses nothing.
      const page = items.page(row, { after, limit });
      entry.exact.upsert(page);
      after = page.at(-1)?.key ?? after;
      more = page.length === limit;
    }
    entry.full = true;
  };

  const begin = (row: CollectionRow): Entry => {
    const { key, dimension, metric } = row;
    const exact = createExactIndex({ dimension, metric });
    const entry: Entry = { exact, graph: null, stamp: "", full: false, filling: Promise.resolve() };
    entries.set(key, entry);
    entry.filling = fill(row, entry).catch((error) => {
      if (entries.get(key) === entry) behind(close(key));
      throw error;
    });
    entry.filling.catch(() => {}); // who waits for it is told
    return entry;
  };

  /** Brings the graph about if the collection wants one, and away if not. */
  const settleGraph = (row: CollectionRow, entry: Entry): void => {
    if (row.index === "exact" && entry.graph) {
      const { graph } = entry;
      entry.graph = null;
      behind(graph.dispose().then(() => removeGraph({ folder: graphs, name: nameOf(row) })));
    } else if (row.index === "hnsw" && !entry.graph) {
      const { dimension, metric } = row;
      const stamp = entry.stamp = `${row.writes}`;
      const about = { folder: graphs, name: nameOf(row), dimension, metric, stamp, log };
      entry.graph = createGraphIndex(entry.exact, {
        open: (opening) => openGraph({ ...about, ...opening }),
        log,
      });
    }
  };

  behind(removeOldGraphs(graphs, new Set(collections.list().map(nameOf))));

  return {
    open(row) {
      forgetStale();
      const entry = entries.get(row.key) ?? begin(row);
      if (!entry.full) return entry.filling;
      settleGraph(row, entry);
      return entry;
    },

    upsert(key, given) {
      const entry = entries.get(key);
      if (!entry) return;
      const items = given();
      entry.exact.upsert(items);
      entry.graph?.upsert(items);
    },

    relabel(key, facts) {
      entries.get(key)?.exact.relabel(facts);
    },

    remove(key, ids) {
      const entry = entries.get(key);
      if (!entry) return;
      entry.graph?.remove(entry.exact.keysOf(ids));
      entry.exact.remove(ids);
    },

    forget(row) {
      const closed = close(row.key);
      if (row.index !== "hnsw") behind(closed);
      else behind(closed.then(() => removeGraph({ folder: graphs, name: nameOf(row) })));
    },

    async close() {
      forgetStale();
      for (const row of collections.list()) {
        const { graph, stamp } = entries.get(row.key) ?? {};
        if (stamp === `${row.writes}`) continue;
        await graph?.save(`${row.writes}`).catch((error) =>
          log.warn("graph not kept", { collection: row.name, error: messageOf(error) })
        );
      }
      for (const key of [...entries.keys()]) behind(close(key));
      while (ending.size > 0) await Promise.all(ending);
    },
  };
}

/** The graph of each state that a collection's vectors can be in, but for writes. */
function nameOf({ key, generation }: CollectionRow): string {
  return `${key}-${generation}`;
}

/** Removes graphs of collections that are no more. */
async function removeOldGraphs(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!wanted.has(name)) await removeGraph({ folder, name });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
