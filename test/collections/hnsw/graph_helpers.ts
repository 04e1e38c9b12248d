import type { Metric } from "../../../src/collections/collections.ts";
import { distance } from "../../../src/collections/hnsw/distance.ts";
import type { GraphVector, VectorGraph } from "../../../src/collections/hnsw/vector_graph.ts";
import { random } from "../../../src/random.ts";

/**
 * Vectors as encoders make them: in clusters, of lengths that differ.
 *
 * @param count How many, with keys from 0 on.
 * @param options F, and what the draw is a function of; the clusters are the same for all seeds.
 * @returns The vectors by key.
 */
export function clustered(
  count: number,
  { dimension = 32, seed = 1 } = {},
): Map<number, Float32Array> {
  const centres = random(0);
  const middles = Array.from({ length: 40 }, () => drawn(dimension, () => centres.normal()));
  const source = random(seed);
  return new Map(Array.from({ length: count }, (_, key) => {
    const middle = middles[source.below(middles.length)];
    return [key, drawn(dimension, (at) => middle[at] + 0.5 * source.normal())];
  }));
}

/**
 * What share of the ten nearest a graph finds.
 *
 * @param graph The graph.
 * @param vectors What should be in it.
 * @param options How vectors are compared, and the queries.
 * @returns From 0 to 1.
 */
export function recallOf(
  graph: VectorGraph,
  vectors: Map<number, Float32Array>,
  { metric, queries }: { metric: Metric; queries: Iterable<Float32Array> },
): number {
  let found = 0, there = 0;
  for (const query of queries) {
    const nearest = new Set(nearestKeys(vectors, { query, metric, count: 10 }));
    found += graph.search(query, 10).keys.filter((key) => nearest.has(key)).length;
    there += nearest.size;
  }
  return found / there;
}

/**
 * The nearest by the naive scan.
 *
 * @param vectors All there are.
 * @param options What to look for.
 * @returns Their keys, the nearest first.
 */
export function nearestKeys(
  vectors: Map<number, Float32Array>,
  { query, metric, count }: { query: Float32Array; metric: Metric; count: number },
): number[] {
  return [...vectors]
    .map(([key, vector]) => ({ key, far: distance(query, vector, metric) }))
    .sort((a, b) => a.far - b.far || a.key - b.key)
    .slice(0, count)
    .map(({ key }) => key);
}

/**
 * Reads vectors as a store would.
 *
 * @param vectors What is there; changes of it are seen.
 * @param size Vectors a page.
 * @returns What `openGraph` takes.
 */
export function pagesOf(
  vectors: Map<number, Float32Array>,
  size = 500,
): () => AsyncGenerator<GraphVector[]> {
  return async function* () {
    const keys = [...vectors.keys()];
    for (let first = 0; first < keys.length; first += size) {
      await new Promise((resolve) => setTimeout(resolve));
      yield keys.slice(first, first + size).flatMap((key) => {
        const vector = vectors.get(key);
        return vector ? [{ key, vector }] : [];
      });
    }
  };
}

function drawn(dimension: number, draw: (at: number) => number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, at) => draw(at));
}
