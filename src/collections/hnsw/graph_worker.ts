import { parentPort } from "node:worker_threads";
import type { Metric } from "../collections.ts";
import { createNativeGraph, type NativeGraph } from "./usearch.ts";

/** What the worker is asked: to begin a graph, to add a page to it, to write it to a file. */
export type GraphRequest =
  | { kind: "begin"; dimension: number; metric: Metric; threads: number }
  | { kind: "add"; keys: BigUint64Array<ArrayBuffer>; vectors: Float32Array<ArrayBuffer> }
  | { kind: "write"; path: string };

/** What it answers, once it has done so. */
export type GraphReply = { count: number } | { error: string };

let graph: NativeGraph;
let threads = 1;

function answer(request: GraphRequest): GraphReply {
  try {
    if (request.kind === "begin") {
      graph = createNativeGraph(request.dimension, request.metric);
      threads = request.threads;
    } else if (request.kind === "add") {
      graph.remove(request.keys); // an item that was written anew while pages were read
      graph.add(request.keys, request.vectors, threads);
    } else {
      graph.save(request.path);
    }
    return { count: graph.size() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", (request: GraphRequest) => parentPort?.postMessage(answer(request)));
