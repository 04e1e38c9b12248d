import { LookalikeError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ExactIndex } from "./exact/exact_index.ts";
import type { GraphVector, VectorGraph } from "./hnsw/vector_graph.ts";
import type { IndexedItem, IndexHit, IndexSearch } from "./vector_index.ts";

/** How many vectors a graph that is built is given at once. */
const PAGE = 1024;
/** So many candidates more than hits are asked for, as the graph's own scores are coarse. */
const SPARE = 32;
/** Where so many candidates do not hold enough that match, each vector is compared. */
const MOST_CANDIDATES = 1024;

/** How a graph is opened. */
export interface GraphOpening {
  /** Reads all vectors that it must have. */
  pages: () => AsyncIterable<GraphVector[]>;
  /** How many they are. */
  count: number;
  /** Stops it. */
  signal: AbortSignal;
}

/** A graph beside an exact index, which scores what the graph finds. */
export interface GraphIndex {
  /** Says that the exact index has these as they are now. */
  upsert(items: readonly IndexedItem[]): void;
  /** Says that the exact index no longer has these. */
  remove(keys: readonly number[]): void;
  /**
   * As `search` of an index, now.
   *
   * @returns The hits; null if the graph is not open yet, or does not find as many as there may be.
   */
  search(queries: Float32Array[], search: IndexSearch): IndexHit[][] | null;
  /** Keeps the graph, if it is open. */
  save(stamp: string): Promise<void>;
  /** Lets go of the graph, and of opening it; settles once that has stopped. */
  dispose(): Promise<void>;
}

/**
 * Opens a graph behind an exact index that is full. If it cannot be, the log says so, and it stays
 * away.
 *
 * @param exact The index, which has the vectors.
 * @param options `open` opens the graph.
 * @returns What stands for it meanwhile and then.
 */
export function createGraphIndex(
  exact: ExactIndex,
  { open, log }: { open: (opening: GraphOpening) => Promise<VectorGraph>; log: Log },
): GraphIndex {
  const stopping = new AbortController();
  let touched: Set<number> | null = new Set(); // written since the graph began to open
  let graph: VectorGraph | null = null;

  const giveUp = (error: unknown): void => {
    const stopped = stopping.signal.aborted ||
      error instanceof LookalikeError && error.code === "interrupted";
    if (!stopped) log.warn("searching without a graph", { error: messageOf(error) });
    graph?.dispose();
    graph = touched = null;
  };

  const add = (items: GraphVector[]): void => {
    if (items.length > 0) graph?.upsert(items).catch(giveUp);
  };

  async function* pages(): AsyncGenerator<GraphVector[]> {
    for (const page of exact.pages()) {
      for (let at = 0; at < page.length; at += PAGE) yield page.slice(at, at + PAGE);
    }
  }

  const opening = open({ pages, count: exact.count, signal: stopping.signal }).then((opened) => {
    graph = opened;
    if (stopping.signal.aborted) return giveUp(null);
    const items: GraphVector[] = [];
    for (const key of touched!) {
      const vector = exact.vector(key)?.slice();
      if (vector) items.push({ key, vector });
      else graph.remove([key]);
    }
    touched = null;
    add(items);
  }).catch(giveUp);

  /** The best of a query, or null if the graph does not find as many as there may be. */
  const searchOne = (query: Float32Array, { k, matches, left }: OneSearch): IndexHit[] | null => {
    const most = Math.min(MOST_CANDIDATES, graph!.size);
    for (let count = k + left.size + SPARE; count < most; count *= 4) {
      const hits = exact.confirm(query, graph!.search(query, count).keys)
        .filter(({ item }) => !left.has(item.id) && (!matches || matches(item)));
      if (hits.length >= k) return hits.slice(0, k);
    }
    return null;
  };

  return {
    upsert(items) {
      if (graph) add(items.map(({ key, vector }) => ({ key, vector })));
      else for (const { key } of items) touched?.add(key);
    },

    remove(keys) {
      if (graph) graph.remove([...keys]);
      else for (const key of keys) touched?.add(key);
    },

    search(queries, { k, matches, exclude }) {
      if (!graph) return null;
      const left = new Set(exclude);
      const found: IndexHit[][] = [];
      try {
        for (const query of queries) {
          const hits = searchOne(query, { k, matches, left });
          if (!hits) return null;
          found.push(hits);
        }
        return found;
      } catch (error) {
        giveUp(error); // the exact index can answer all the same
        return null;
      }
    },

    async save(stamp) {
      await graph?.save(stamp);
    },

    async dispose() {
      stopping.abort();
      graph?.dispose();
      graph = null;
      await opening;
    },
  };
}

interface OneSearch {
  k: number;
  matches?: IndexSearch["matches"];
  left: ReadonlySet<string>;
}
