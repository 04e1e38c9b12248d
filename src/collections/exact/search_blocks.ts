import { tf } from "../../tensorflow/mod.ts";
import { dot, type MetricRules, METRICS } from "../metrics.ts";
import { turns } from "../turns.ts";
import type { IndexHit } from "../vector_index.ts";
import type { BlockScorer, Candidates } from "./block_scorer.ts";
import { scoreError } from "./score_error.ts";
import type { Selection } from "./selection.ts";

/** Queries are padded to one of these, and more of them are taken in turn, to bound the traces. */
const QUERY_COUNTS = [1, 8, 64];
/** The fewest candidates that a block is asked for: near ones cost little and spare a second ask. */
const LEAST_CANDIDATES = 32;

/** How far a search goes: so many hits, no more than there are items, or all up to a score. */
export type Until = { k: number } | { threshold: number };

/** What is searched for. */
export interface BlockSearch {
  /** Each float32 `[F]`, as the metric wants it. */
  queries: Float32Array[];
  until: Until;
  scorer: BlockScorer;
}

/**
 * The items nearest to each query, over all blocks, the nearest first and equal ones by id.
 *
 * The device's scores, which rounding makes depend on the device, the padding and the slot, only
 * choose the candidates: all that could be among the nearest. They are scored again here in float64,
 * so that hits, order and scores are a function of vectors and ids alone.
 *
 * @param selections At least one, of blocks that the caller pins until the last hits are read.
 * @param search What is searched for.
 * @returns The hits of one query after another.
 */
export async function* searchBlocks(
  selections: readonly Selection[],
  search: BlockSearch,
): AsyncGenerator<IndexHit[]> {
  const most = QUERY_COUNTS[QUERY_COUNTS.length - 1];
  for (let first = 0; first < search.queries.length; first += most) {
    const queries = search.queries.slice(first, first + most);
    yield* searchSome(selections, { ...search, queries });
  }
}

async function* searchSome(
  selections: readonly Selection[],
  { queries, until, scorer }: BlockSearch,
): AsyncGenerator<IndexHit[]> {
  const { dimension, metric } = selections[0].block;
  const rows = QUERY_COUNTS.find((count) => count >= queries.length)!;
  const padded = new Float32Array(rows * dimension);
  queries.forEach((query, row) => padded.set(query, row * dimension));
  const device = tf.tensor2d(padded, [rows, dimension]);
  const found: Candidates[] = [];
  const limits: number[] = [];
  const pause = turns();
  try {
    for (const selection of selections) {
      const atLeast = Math.max("k" in until ? until.k : 0, LEAST_CANDIDATES);
      found.push(await scorer.score(selection, { queries: device, atLeast }));
    }
    const longest = Math.max(...selections.map(({ block }) => block.longest));
    for (const [row, query] of queries.entries()) {
      await pause();
      const last = "k" in until
        ? best(found, { row, k: until.k })
        : METRICS[metric].onDevice(until.threshold, query);
      // An item among the best k may score twice the error less on the device than the k-th there.
      const length = Math.sqrt(dot(query, query, 0));
      limits.push(last - 2 * scoreError({ dimension, metric, query: length, longest }));
    }
    for (const [at, selection] of selections.entries()) {
      while (found[at].each < selection.block.capacity && mayHaveMore(found[at], limits)) {
        const atLeast = found[at].each * 4;
        found[at] = await scorer.score(selection, { queries: device, atLeast });
      }
    }
  } finally {
    device.dispose();
  }
  for (const [row, query] of queries.entries()) {
    const hits: IndexHit[] = [];
    for (const [at, selection] of selections.entries()) {
      await pause();
      hits.push(...confirm(selection, found[at], { row, query, limit: limits[row] }));
    }
    yield nearestFirst(hits, { rules: METRICS[metric], until });
  }
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

/** Scores a query's candidates of one block in float64. */
function* confirm(
  { block, facts }: Selection,
  { each, scores, slots }: Candidates,
  { row, query, limit }: { row: number; query: Float32Array; limit: number },
): Generator<IndexHit> {
  const { score } = METRICS[block.metric];
  for (let rank = row * each; rank < (row + 1) * each && scores[rank] >= limit; rank++) {
    if (scores[rank] === -Infinity) return; // no more items, where the limit is that low too
    const slot = slots[rank];
    yield { item: facts[slot]!, score: score(query, block.vectors, slot * block.dimension) };
  }
}

/**
 * Sorts hits, the nearest first and equal ones by id, and cuts off those beyond.
 *
 * @param hits The hits; sorted in place.
 * @param options The metric's rules, and how far to go.
 * @returns Those that are wanted.
 */
export function nearestFirst(
  hits: IndexHit[],
  { rules: { sign }, until }: { rules: MetricRules; until: Until },
): IndexHit[] {
  hits.sort((a, b) => sign * (b.score - a.score) || (a.item.id < b.item.id ? -1 : 1));
  if ("k" in until) return hits.slice(0, until.k);
  const beyond = hits.findIndex(({ score }) => sign * (score - until.threshold) < 0);
  return beyond < 0 ? hits : hits.slice(0, beyond);
}
