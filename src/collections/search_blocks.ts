import { tf } from "../tensorflow/mod.ts";
import type { Block } from "./block.ts";
import type { BlockScorer, Candidates } from "./block_scorer.ts";
import type { IndexHit } from "./vector_index.ts";

/** Queries are padded to one of these, and more of them are taken in turn, to bound the traces. */
const QUERY_COUNTS = [1, 8, 64];
/** The fewest candidates that a block is asked for: near ones cost little and spare a second ask. */
const LEAST_CANDIDATES = 32;
/** How long a search may compute in JavaScript before others have their turn, in milliseconds. */
const TURN_MS = 8;

/** What is searched for. */
export interface BlockSearch {
  /** Each float32 `[F]` of length 1. */
  queries: Float32Array[];
  /** How many hits for each, no more than the blocks have items. */
  k: number;
  scorer: BlockScorer;
}

/**
 * The `k` items most similar to each query, over all blocks, the most similar first and equal ones
 * by id.
 *
 * The device's scores, which rounding makes depend on the device, the padding and the slot, only
 * choose the candidates: all that could be among the best. They are scored again here in float64,
 * so that hits, order and scores are a function of vectors and ids alone.
 *
 * @param blocks At least one block, all pinned by the caller.
 * @param search What is searched for.
 * @returns `k` hits for each query.
 */
export async function searchBlocks(blocks: Block[], search: BlockSearch): Promise<IndexHit[][]> {
  const { queries, ...rest } = search;
  const most = QUERY_COUNTS[QUERY_COUNTS.length - 1];
  const results: IndexHit[][] = [];
  for (let first = 0; first < queries.length; first += most) {
    const some = queries.slice(first, first + most);
    results.push(...await searchSome(blocks, { queries: some, ...rest }));
  }
  return results;
}

async function searchSome(blocks: Block[], search: BlockSearch): Promise<IndexHit[][]> {
  const { queries, k, scorer } = search;
  const { dimension } = blocks[0];
  const rows = QUERY_COUNTS.find((count) => count >= queries.length)!;
  const padded = new Float32Array(rows * dimension);
  queries.forEach((query, row) => padded.set(query, row * dimension));
  const device = tf.tensor2d(padded, [rows, dimension]);
  try {
    const found: Candidates[] = [];
    for (const block of blocks) {
      const atLeast = Math.max(k, LEAST_CANDIDATES);
      found.push(await scorer.score(block, { queries: device, atLeast }));
    }
    // An item among the best k may score this much less on the device than the k-th there.
    const margin = 2 * scoreError(dimension);
    const pause = turns();
    const limits: number[] = [];
    for (const row of queries.keys()) {
      await pause();
      limits.push(best(found, { row, k }) - margin);
    }
    for (const [at, block] of blocks.entries()) {
      while (found[at].each < block.capacity && mayHaveMore(found[at], limits)) {
        const atLeast = found[at].each * 4;
        found[at] = await scorer.score(block, { queries: device, atLeast });
      }
    }
    return await rank(blocks, found, { queries, k, limits });
  } finally {
    device.dispose();
  }
}

/**
 * The most by which a score of the device may differ from the scalar product of two vectors of
 * length 1: a sum in float32 in any order, and products in TF32 (11 significant bits), which
 * TensorFlow uses on GPUs that have it; and a tenth for what is of second order.
 */
function scoreError(dimension: number): number {
  return 1.1 * (2 ** -10 + dimension * 2 ** -24);
}

/** The k-th best of a query's scores on the device. */
function best(found: Candidates[], { row, k }: { row: number; k: number }): number {
  const all = new Float32Array(found.reduce((count, { each }) => count + each, 0));
  let end = 0;
  for (const { each, scores } of found) {
    all.set(scores.subarray(row * each, (row + 1) * each), end);
    end += each;
  }
  return all.sort()[end - k];
}

/** Whether a block's last candidate is so good for some query that better than none may follow. */
function mayHaveMore({ each, scores }: Candidates, limits: number[]): boolean {
  return limits.some((limit, row) => scores[(row + 1) * each - 1] >= limit);
}

async function rank(
  blocks: Block[],
  found: Candidates[],
  { queries, k, limits }: { queries: Float32Array[]; k: number; limits: number[] },
): Promise<IndexHit[][]> {
  const pause = turns();
  const results: IndexHit[][] = [];
  for (const [row, query] of queries.entries()) {
    const hits: IndexHit[] = [];
    for (const [at, block] of blocks.entries()) {
      await pause();
      const { each, scores, slots } = found[at];
      for (let rank = row * each; rank < (row + 1) * each && scores[rank] >= limits[row]; rank++) {
        const slot = slots[rank];
        const score = dot(query, block.vectors, slot * block.dimension);
        hits.push({ id: block.ids[slot], score, payload: block.payloads[slot] });
      }
    }
    hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    results.push(hits.slice(0, k));
  }
  return results;
}

function dot(query: Float32Array, vectors: Float32Array, offset: number): number {
  let sum = 0;
  for (let at = 0; at < query.length; at++) sum += query[at] * vectors[offset + at];
  return sum;
}

/** What to await between pieces of work: it lets others run once a turn's time is used up. */
function turns(): () => Promise<void> | void {
  let began = performance.now();
  return () => {
    if (performance.now() - began < TURN_MS) return;
    return new Promise((resolve) =>
      setTimeout(() => {
        began = performance.now();
        resolve();
      })
    );
  };
}
