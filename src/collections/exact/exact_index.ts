import type { Metric } from "../collections.ts";
import { METRICS } from "../metrics.ts";
import { turns } from "../turns.ts";
import type { IndexHit, VectorIndex } from "../vector_index.ts";
import { Block } from "./block.ts";
import { createBlockScorer } from "./block_scorer.ts";
import { nearestFirst, searchBlocks } from "./search_blocks.ts";
import { keepMatching, leaveOut, selectAll, type Selection, slotsOf } from "./selection.ts";

/** Slots of a whole block, unless its vectors are long. */
const MOST_SLOTS = 8192;
/** The numbers in a whole block, 16 MiB: what an upsert sends to the device again. */
const MOST_NUMBERS = 2 ** 22;
/** A block begins with so many slots and doubles, so that a small collection stays small. */
const FIRST_SLOTS = 512;
/** Of a filter that leaves so few items, each is scored here: the device would score all. */
const FEW = 1024;

/** An index that compares each query with every vector. */
export interface ExactIndex extends VectorIndex {
  /**
   * Scores items, now.
   *
   * @param query float32 `[F]`, as the metric wants it.
   * @param keys The items; those that the index lacks are left out.
   * @returns A hit for each of the others, the nearest first and equal ones by id.
   */
  confirm(query: Float32Array, keys: Iterable<number>): IndexHit[];
  /** The keys of items, of those that it has. */
  keysOf(ids: Iterable<string>): number[];
  /** The vector of a key as it is now, as a view, or undefined. */
  vector(key: number): Float32Array | undefined;
  /** All items, a block at a time as it is then, as views: to be read before the next await. */
  pages(): Iterable<{ key: number; vector: Float32Array }[]>;
}

/**
 * An index that compares each query with every vector, on the device, and so misses none.
 *
 * Vectors lie in blocks, of which an upsert sends only its own to the device again. A search pins
 * the blocks that there are when it is called; who writes meanwhile writes to copies.
 *
 * @param options `dimension` is F, the length of every vector; `metric` is cosine unless told;
 * `blockSlots` is how many vectors a block takes.
 * @returns An empty index.
 *
 * @example
 * ```ts
 * import { startTensorFlow } from "../../tensorflow/mod.ts";
 * import { createExactIndex } from "./exact_index.ts";
 * await startTensorFlow({ device: "cpu" });
 * const index = createExactIndex({ dimension: 2 });
 * index.upsert([{ key: 1, id: "east", vector: Float32Array.of(1, 0), label: null, metadata: {} }]);
 * const [[hit]] = await index.search([Float32Array.of(0.6, 0.8)], { k: 1 });
 * console.assert(hit.item.id === "east" && Math.abs(hit.score - 0.6) < 1e-6);
 * index.dispose();
 * ```
 */
export function createExactIndex(
  options: { dimension: number; metric?: Metric; blockSlots?: number },
): ExactIndex {
  const { dimension, metric = "cosine", blockSlots = slotsFor(dimension) } = options;
  const scorer = createBlockScorer();
  const rules = METRICS[metric];
  const blocks: Block[] = [];
  const places = new Map<string, number>(); // id → block × blockSlots + slot
  const keys = new Map<number, number>(); // key → the same
  const free: number[] = []; // places that were emptied
  let end = 0; // the first place that was never used
  let searches = 0; // under way
  let disposed = false;

  const blockOf = (place: number): Block => blocks[Math.floor(place / blockSlots)];

  /** The block of a place, which has that slot and no reader. */
  const writable = (place: number): Block => {
    const at = Math.floor(place / blockSlots);
    const capacity = Math.min(FIRST_SLOTS, blockSlots);
    const block = blocks[at] ??= new Block({ dimension, capacity, metric });
    const full = place % blockSlots >= block.capacity;
    if (!full && !block.pinned) return block;
    blocks[at] = block.copy(full ? Math.min(block.capacity * 2, blockSlots) : block.capacity);
    block.dispose();
    return blocks[at];
  };

  /** The index as it is now, without some items; `release` it in the end. */
  const snapshot = (exclude: readonly string[] = []) => {
    const whole = blocks.map(selectAll);
    for (const id of exclude) {
      const place = places.get(id);
      if (place === undefined) continue;
      leaveOut(whole[Math.floor(place / blockSlots)], place % blockSlots);
    }
    for (const { block } of whole) block.pin();
    searches++;
    const release = () => {
      for (const { block } of whole) block.unpin();
      if (--searches === 0 && disposed) scorer.dispose();
    };
    return { selections: whole.filter(({ count }) => count > 0), release };
  };

  return {
    get count() {
      return places.size;
    },

    upsert(items) {
      for (const item of items) {
        const place = places.get(item.id) ?? free.pop() ?? end++;
        const block = writable(place);
        const before = block.facts[place % blockSlots];
        if (before) keys.delete(before.key);
        block.put(place % blockSlots, item);
        places.set(item.id, place);
        keys.set(item.key, place);
      }
    },

    relabel(facts) {
      const place = places.get(facts.id);
      if (place !== undefined) blockOf(place).relabel(place % blockSlots, facts);
    },

    remove(ids) {
      for (const id of ids) {
        const place = places.get(id);
        if (place === undefined) continue;
        const block = writable(place);
        keys.delete(block.facts[place % blockSlots]!.key);
        block.clear(place % blockSlots);
        places.delete(id);
        free.push(place);
      }
    },

    async search(queries, { k, matches, exclude }) {
      const { selections: all, release } = snapshot(exclude);
      try {
        if (matches) await keepMatching(all, matches);
        const selections = all.filter(({ count }) => count > 0);
        const count = selections.reduce((sum, { count }) => sum + count, 0);
        if (count === 0) return queries.map(() => []);
        const until = { k: Math.min(k, count) };
        if (matches && count <= FEW) return await scan(selections, { queries, until });
        return await Array.fromAsync(searchBlocks(selections, { queries, until, scorer }));
      } finally {
        release();
      }
    },

    async *neighbours(queries, threshold) {
      const { selections, release } = snapshot();
      try {
        if (selections.length === 0) return yield* queries.map(() => []);
        yield* searchBlocks(selections, { queries, until: { threshold }, scorer });
      } finally {
        release();
      }
    },

    confirm(query, candidates) {
      const hits: IndexHit[] = [];
      for (const key of candidates) {
        const place = keys.get(key);
        if (place === undefined) continue;
        const { facts, vectors } = blockOf(place);
        const slot = place % blockSlots;
        hits.push({ item: facts[slot]!, score: rules.score(query, vectors, slot * dimension) });
      }
      return nearestFirst(hits, { rules, until: { k: hits.length } });
    },

    keysOf(ids) {
      const found: number[] = [];
      for (const id of ids) {
        const place = places.get(id);
        if (place !== undefined) found.push(blockOf(place).facts[place % blockSlots]!.key);
      }
      return found;
    },

    vector(key) {
      const place = keys.get(key);
      return place === undefined ? undefined : view(blockOf(place), place % blockSlots);
    },

    *pages() {
      for (let at = 0; at < blocks.length; at++) {
        const block = blocks[at];
        yield slotsOf(selectAll(block)).map((slot) => ({
          key: block.facts[slot]!.key,
          vector: view(block, slot),
        }));
      }
    },

    dispose() {
      for (const block of blocks) block.dispose();
      disposed = true;
      if (searches === 0) scorer.dispose(); // else a search would compile again what is freed
      places.clear();
      keys.clear();
      blocks.length = free.length = end = 0;
    },
  };
}

/** Scores each item in float64. */
async function scan(
  selections: Selection[],
  { queries, until }: { queries: Float32Array[]; until: { k: number } },
): Promise<IndexHit[][]> {
  const rules = METRICS[selections[0].block.metric];
  const few = selections.flatMap((selection) =>
    slotsOf(selection).map((slot) => ({
      item: selection.facts[slot]!,
      vector: view(selection.block, slot),
    }))
  );
  const pause = turns();
  const results: IndexHit[][] = [];
  for (const query of queries) {
    await pause(); // at most FEW scores, of F each
    const hits = few.map(({ item, vector }) => ({ item, score: rules.score(query, vector, 0) }));
    results.push(nearestFirst(hits, { rules, until }));
  }
  return results;
}

function view({ vectors, dimension }: Block, slot: number): Float32Array {
  return vectors.subarray(slot * dimension, (slot + 1) * dimension);
}

function slotsFor(dimension: number): number {
  return Math.min(MOST_SLOTS, 2 ** Math.floor(Math.log2(MOST_NUMBERS / dimension)));
}
