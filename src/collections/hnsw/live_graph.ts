import { LookalikeError, messageOf } from "../../errors.ts";
import { createGate } from "../../gate.ts";
import type { Log } from "../../log.ts";
import { turns } from "../turns.ts";
import { buildGraph, type GraphSource } from "./build_graph.ts";
import { distance } from "./distance.ts";
import { checkVector, checkWhole } from "./graph_checks.ts";
import { writeGraph } from "./graph_file.ts";
import { createNativeGraph, type NativeGraph } from "./usearch.ts";
import type { VectorGraph } from "./vector_graph.ts";

/** Vectors that may wait to be linked; they are compared with each query one by one. */
const MOST_WAITING = 1024;
/** A graph with fewer changes than this is not built anew. */
const LEAST_CHANGED = 1024;

interface Found {
  key: number;
  distance: number;
}

/**
 * A graph that is searched and changed.
 *
 * New vectors wait in a list, which searches scan, and are linked in turns of a few milliseconds.
 * The library leaves a removed vector in place and puts the next one there, with the links that
 * others have to it, so every change costs a little recall and, until it is filled, a little time.
 * Once half as many were changed as there are, the graph is built anew behind.
 *
 * @param graph What is in it already.
 * @param options Where it lies and what it is built from; `changed` is how many vectors were removed
 * or replaced since it was built.
 * @returns The graph.
 */
export function createLiveGraph(
  graph: NativeGraph,
  { source, changed, log }: { source: GraphSource; changed: number; log?: Log },
): VectorGraph {
  const { dimension, metric, folder } = source;
  const stopping = new AbortController();
  const waiting = new Map<number, Float32Array>(); // none of its keys is in the graph
  let linking: Promise<void> | null = null;
  const saving = createGate(1);
  let meanwhile: Map<number, Float32Array | null> | null = null; // written since a build began

  const forget = (key: number): void => {
    waiting.delete(key);
    if (Number(graph.remove(BigInt(key))) > 0) changed++;
  };

  const linkOne = (): void => {
    const [[key, vector]] = waiting;
    try {
      graph.add(BigInt(key), vector, 1);
    } catch (cause) {
      const sentence = `Cannot add a vector to a graph: ${messageOf(cause)}.`;
      throw new LookalikeError("out_of_memory", sentence, { cause });
    }
    waiting.delete(key);
  };

  const link = async (): Promise<void> => {
    const pause = turns();
    while (waiting.size > 0) {
      linkOne();
      await pause();
    }
  };

  const linked = (): Promise<void> => linking ??= link().finally(() => linking = null);

  const build = async (): Promise<void> => {
    const later: typeof meanwhile = meanwhile = new Map();
    try {
      await new Promise((resolve) => setTimeout(resolve)); // who is writing comes to an end
      graph = await buildGraph(source, stopping.signal);
      changed = 0;
      waiting.clear(); // all that waited when the build began was on the pages
      for (const [key, vector] of later) {
        forget(key);
        if (vector) waiting.set(key, vector);
      }
    } finally {
      meanwhile = null;
    }
    await linked();
  };

  const tidy = (): void => {
    const size = graph.size() + waiting.size;
    if (meanwhile !== null || changed < LEAST_CHANGED || changed < size / 2) return;
    if (size === 0) graph = createNativeGraph(dimension, metric);
    else {
      build().catch((error) => {
        if (stopping.signal.aborted) return;
        log?.warn("graph not built anew", { folder, reason: messageOf(error) });
      });
    }
    changed = 0; // also if the build fails: the next is tried when there is as much to win again
  };

  return {
    get size() {
      return graph.size() + waiting.size;
    },

    async upsert(items) {
      for (const [at, { key, vector }] of items.entries()) {
        checkWhole(key, { least: 0, param: `items[${at}].key` });
        checkVector(vector, { dimension, param: `items[${at}].vector` });
      }
      for (const { key, vector } of items) {
        forget(key);
        if (waiting.size >= MOST_WAITING) linkOne();
        waiting.set(key, vector);
        meanwhile?.set(key, vector);
      }
      tidy();
      await linked();
    },

    remove(keys) {
      for (const key of keys) {
        forget(key);
        meanwhile?.set(key, null);
      }
      tidy();
    },

    search(query, count) {
      checkVector(query, { dimension, param: "query" });
      checkWhole(count, { least: 1, param: "count" });
      const found: Found[] = [];
      const size = graph.size();
      if (size > 0) {
        const { keys, distances } = graph.search(query, Math.min(count, size), 1);
        keys.forEach((key, at) => found.push({ key: Number(key), distance: distances[at] }));
      }
      for (const [key, vector] of waiting) {
        found.push({ key, distance: distance(query, vector, metric) });
      }
      if (waiting.size > 0) found.sort((a, b) => a.distance - b.distance || a.key - b.key);
      return { keys: found.slice(0, count).map(({ key }) => key) };
    },

    async save(stamp) {
      while (waiting.size > 0) await linked();
      await saving(async () => {
        if (stopping.signal.aborted) return; // something may be missing
        const count = graph.size();
        await writeGraph(folder, graph, { dimension, metric, count, changed, stamp });
      });
    },

    dispose() {
      stopping.abort();
      waiting.clear();
    },
  };
}
