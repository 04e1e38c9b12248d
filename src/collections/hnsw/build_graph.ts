import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { LookalikeError, messageOf } from "../../errors.ts";
import type { Metric } from "../collections.ts";
import { checkVector } from "./graph_checks.ts";
import { loadGraph, newGraphFile } from "./graph_file.ts";
import type { GraphReply, GraphRequest } from "./graph_worker.ts";
import { createNativeGraph, type NativeGraph } from "./usearch.ts";
import type { GraphVector } from "./vector_graph.ts";

/** What a graph is built from, and where. */
export interface GraphSource {
  /** The graph's own folder, which holds its file for a moment. */
  folder: string;
  dimension: number;
  metric: Metric;
  /** All vectors, some at a time. */
  pages: () => AsyncIterable<GraphVector[]>;
}

/**
 * Builds a graph in a worker with half of the cores, so that whoever serves meanwhile goes on: only
 * the finished graph is loaded here, in about a millisecond a megabyte.
 *
 * @param source What it is built from; the next page is asked for once the last one is linked.
 * @param signal Stops it.
 * @returns The graph.
 * @throws {LookalikeError} `interrupted` if it was stopped; `invalid_input` if a vector cannot
 * be; `unavailable` if the library cannot go on; and what reading the pages throws.
 */
export async function buildGraph(source: GraphSource, signal: AbortSignal): Promise<NativeGraph> {
  const { folder, dimension, metric, pages } = source;
  let worker: ReturnType<typeof startWorker> | undefined;
  const path = join(folder, newGraphFile());
  try {
    for await (const page of pages()) {
      stopIf(signal);
      if (page.length === 0) continue;
      if (!worker) {
        worker = startWorker(signal);
        const threads = Math.max(1, Math.floor(navigator.hardwareConcurrency / 2));
        await worker.ask({ kind: "begin", dimension, metric, threads });
      }
      await worker.ask({ kind: "add", ...packed(page, dimension) });
    }
    stopIf(signal);
    if (!worker) return createNativeGraph(dimension, metric);
    await Deno.mkdir(folder, { recursive: true });
    const count = await worker.ask({ kind: "write", path });
    return loadGraph(path, { dimension, metric, count });
  } finally {
    await worker?.end();
    await Deno.remove(path).catch(() => {}); // it was only the way from there to here
  }
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw stopped();
}

function stopped(): LookalikeError {
  return new LookalikeError("interrupted", "Building a graph was stopped.");
}

function packed(page: GraphVector[], dimension: number) {
  const keys = new BigUint64Array(page.length);
  const vectors = new Float32Array(page.length * dimension);
  for (const [at, { key, vector }] of page.entries()) {
    checkVector(vector, { dimension, param: `the vector of key ${key}` });
    keys[at] = BigInt(key);
    vectors.set(vector, at * dimension);
  }
  return { keys, vectors };
}

/** A worker that is asked one thing after another. */
function startWorker(signal: AbortSignal) {
  const worker = new Worker(new URL("./graph_worker.ts", import.meta.url));
  let asked: PromiseWithResolvers<number> | undefined;
  const fail = (reason: string) =>
    asked?.reject(new LookalikeError("unavailable", `Cannot build a graph: ${reason}.`));
  const stop = () => asked?.reject(stopped());
  worker.on("message", (reply: GraphReply) => {
    if ("count" in reply) asked?.resolve(reply.count);
    else fail(reply.error);
  });
  worker.on("error", (error) => fail(messageOf(error)));
  worker.on("exit", () => fail("its worker has ended"));
  signal.addEventListener("abort", stop);
  return {
    ask(request: GraphRequest): Promise<number> {
      asked = Promise.withResolvers();
      worker.postMessage(request);
      return asked.promise;
    },
    async end() {
      signal.removeEventListener("abort", stop);
      asked = undefined;
      await worker.terminate();
    },
  };
}
