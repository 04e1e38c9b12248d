import { Block } from "./block.ts";
import { createBlockScorer } from "./block_scorer.ts";
import { searchBlocks } from "./search_blocks.ts";
import type { VectorIndex } from "./vector_index.ts";

/** Slots of a whole block, unless its vectors are long. */
const MOST_SLOTS = 8192;
/** The numbers in a whole block, 16 MiB: what an upsert sends to the device again. */
const MOST_NUMBERS = 2 ** 22;
/** A block begins with so many slots and doubles, so that a small collection stays small. */
const FIRST_SLOTS = 512;

/**
 * An index that compares each query with every vector, on the device, and so misses none.
 *
 * Vectors lie in blocks, of which an upsert sends only its own to the device again. A search pins
 * the blocks that there are when it is called; who writes meanwhile writes to copies.
 *
 * @param options `dimension` is F, the length of every vector; `blockSlots` is how many vectors a
 * block takes.
 * @returns An empty index.
 *
 * @example
 * ```ts
 * import { startTensorFlow } from "../tensorflow/mod.ts";
 * import { createExactIndex } from "./exact_index.ts";
 * await startTensorFlow({ device: "cpu" });
 * const index = createExactIndex({ dimension: 2 });
 * index.upsert([{ id: "east", vector: Float32Array.of(1, 0), payload: "{}" }]);
 * const [[hit]] = await index.search([Float32Array.of(0.6, 0.8)], 1);
 * console.assert(hit.id === "east" && Math.abs(hit.score - 0.6) < 1e-6);
 * index.dispose();
 * ```
 */
export function createExactIndex(
  options: { dimension: number; blockSlots?: number },
): VectorIndex {
  const { dimension, blockSlots = slotsFor(dimension) } = options;
  const scorer = createBlockScorer();
  const blocks: Block[] = [];
  const places = new Map<string, number>(); // id → block × blockSlots + slot
  const free: number[] = []; // places that were emptied
  let end = 0; // the first place that was never used
  let searches = 0; // under way
  let disposed = false;

  /** The block of a place, which has that slot and no reader. */
  const writable = (place: number): Block => {
    const at = Math.floor(place / blockSlots);
    const block = blocks[at] ??= new Block(dimension, Math.min(FIRST_SLOTS, blockSlots));
    const full = place % blockSlots >= block.capacity;
    if (!full && !block.pinned) return block;
    blocks[at] = block.copy(full ? Math.min(block.capacity * 2, blockSlots) : block.capacity);
    block.dispose();
    return blocks[at];
  };

  return {
    get count() {
      return places.size;
    },

    upsert(items) {
      for (const item of items) {
        const place = places.get(item.id) ?? free.pop() ?? end++;
        writable(place).put(place % blockSlots, item);
        places.set(item.id, place);
      }
    },

    remove(ids) {
      for (const id of ids) {
        const place = places.get(id);
        if (place === undefined) continue;
        writable(place).clear(place % blockSlots);
        places.delete(id);
        free.push(place);
      }
    },

    async search(queries, k) {
      const snapshot = blocks.filter((block) => block.count > 0);
      const wanted = Math.min(k, places.size);
      if (wanted === 0) return queries.map(() => []);
      for (const block of snapshot) block.pin();
      searches++;
      try {
        return await searchBlocks(snapshot, { queries, k: wanted, scorer });
      } finally {
        for (const block of snapshot) block.unpin();
        if (--searches === 0 && disposed) scorer.dispose();
      }
    },

    dispose() {
      for (const block of blocks) block.dispose();
      disposed = true;
      if (searches === 0) scorer.dispose(); // else a search would compile again what is freed
      places.clear();
      blocks.length = free.length = end = 0;
    },
  };
}

function slotsFor(dimension: number): number {
  return Math.min(MOST_SLOTS, 2 ** Math.floor(Math.log2(MOST_NUMBERS / dimension)));
}
