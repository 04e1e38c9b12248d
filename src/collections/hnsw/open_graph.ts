import { join } from "node:path";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Metric } from "../collections.ts";
import { buildGraph, type GraphSource } from "./build_graph.ts";
import { readGraph, sweepGraph } from "./graph_file.ts";
import { createLiveGraph } from "./live_graph.ts";
import type { GraphVector, VectorGraph } from "./vector_graph.ts";

/** Which graph is opened, and what it is built from if it is not there. */
export interface GraphOptions {
  /** The folder of all graphs. */
  folder: string;
  /** The graph's own folder in it, such as a collection's key and generation. */
  name: string;
  /** F, the length of its vectors. */
  dimension: number;
  metric: Metric;
  /** How many vectors it must have. */
  count: number;
  /** What tells the present state of its items from all others, earlier and later. */
  stamp: string;
  /**
   * Reads all vectors, some at a time (a thousand or so is good). It is called again, at any time
   * until the graph is disposed of, when so much has changed that the graph is built anew; it must
   * give what has been told to the graph by then, so keep a write before you tell the graph.
   */
  pages: () => AsyncIterable<GraphVector[]>;
  /** Stops opening it. */
  signal?: AbortSignal;
  log?: Log;
}

/**
 * Opens a graph: from its file, if that is of the present state and whole, or else built from its
 * vectors, in a worker, and kept. What is written to the items while it is opened is for the caller
 * to tell it afterwards.
 *
 * @param options Which graph, and what it is built from.
 * @returns The graph; save it when its items rest, and dispose of it at the end.
 * @throws {LookalikeError} `interrupted` if the signal said so; `unavailable` if it cannot be built;
 * and what `pages` throws.
 *
 * @example
 * ```ts
 * import { openGraph } from "./open_graph.ts";
 * const graph = await openGraph({
 *   folder: await Deno.makeTempDir(),
 *   name: "1-0",
 *   dimension: 2,
 *   metric: "cosine",
 *   count: 0,
 *   stamp: "0",
 *   pages: async function* () {},
 * });
 * await graph.upsert([
 *   { key: 1, vector: Float32Array.of(1, 0) },
 *   { key: 2, vector: Float32Array.of(0, 1) },
 * ]);
 * console.assert(graph.search(Float32Array.of(1, 3), 1).keys[0] === 2);
 * graph.dispose();
 * ```
 */
export async function openGraph(options: GraphOptions): Promise<VectorGraph> {
  const { name, dimension, metric, count, stamp, pages, log } = options;
  const { signal = new AbortController().signal } = options;
  const folder = join(options.folder, name);
  const source: GraphSource = { folder, dimension, metric, pages };
  const kept = await readGraph(folder, { dimension, metric, count, stamp });
  await sweepGraph(folder);
  if ("graph" in kept) {
    return createLiveGraph(kept.graph, { source, changed: kept.changed, log });
  }
  log?.info("graph is built", { name, reason: kept.reason });
  const graph = createLiveGraph(await buildGraph(source, signal), { source, changed: 0, log });
  await graph.save(stamp).catch((error) =>
    log?.warn("graph not kept", { name, reason: messageOf(error) })
  );
  return graph;
}

/**
 * Removes what is kept of a graph that nobody has open.
 *
 * @param graph Which one, as in {@link GraphOptions}; it need not be there.
 */
export async function removeGraph(
  { folder, name }: { folder: string; name: string },
): Promise<void> {
  await Deno.remove(join(folder, name), { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
