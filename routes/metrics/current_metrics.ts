import process from "node:process";
import { Counter, Gauge, Registry } from "prom-client";
import type { CollectionInfo } from "../../src/collections/collections.ts";
import { tf } from "../../src/tensorflow/mod.ts";
import { VERSION } from "../../src/version.ts";
import type { Services } from "../services.ts";

/** What is asked for its state whenever metrics are read. */
export type MetricSources = Pick<
  Services,
  "encoders" | "collections" | "jobs" | "decoder" | "phase"
>;

const STARTED = performance.timeOrigin / 1000;

/**
 * What the service holds at this moment, and what its parts have counted themselves.
 *
 * A registry for each reading, so that nothing is told of an encoder that has gone.
 *
 * @param sources Who is asked.
 * @returns Prometheus's text format; nothing of collections or jobs where they cannot be read.
 */
export async function currentMetrics(sources: MetricSources): Promise<string> {
  const infos = await sources.collections.list().catch(() => null);
  const jobs = readOrNull(sources.jobs.store.counts);
  const registry = new Registry();
  addService(registry, sources);
  addEncoders(registry, sources);
  addDecoder(registry, sources);
  if (infos !== null) addCollections(registry, infos);
  if (jobs !== null) addJobs(registry, { jobs, running: sources.jobs.supervisor.running() });
  addMemory(registry);
  return await registry.metrics();
}

function addService(registry: Registry, { phase }: MetricSources): void {
  const build = gauge(registry, {
    name: "lookalike_build_info",
    help: "Always 1; the labels tell what runs.",
    labelNames: ["version", "deno"],
  });
  build.set({ version: VERSION, deno: Deno.version.deno }, 1);
  const ready = gauge(registry, {
    name: "lookalike_ready",
    help: "1 while the service takes requests, 0 while it warms or drains.",
  });
  ready.set(phase() === "ready" ? 1 : 0);
}

function addEncoders(registry: Registry, { encoders }: MetricSources): void {
  const labelNames = ["model", "layer"];
  const waiting = gauge(registry, {
    name: "lookalike_queue_depth_images",
    help: "Images taken and not yet on the device.",
    labelNames,
  });
  const decoded = gauge(registry, {
    name: "lookalike_queue_decoded_images",
    help: "Those of the queue that are decoded and wait for a batch.",
    labelNames,
  });
  const maxBatch = gauge(registry, {
    name: "lookalike_batch_limit_images",
    help: "The most images of a batch: fewer than set once so many did not fit into memory.",
    labelNames,
  });
  const images = counter(registry, {
    name: "lookalike_images_total",
    help: "Images by what became of them, since the encoder was loaded.",
    labelNames: [...labelNames, "outcome"],
  });
  const bytes = gauge(registry, {
    name: "lookalike_encoder_weights_bytes",
    help: "What an encoder's weights take, as they are saved.",
    labelNames,
  });
  const loaded = gauge(registry, {
    name: "lookalike_encoders_loaded",
    help: "Encoders in memory; each layer that is asked for is one.",
  });
  const list = encoders.loaded();
  loaded.set(list.length);
  for (const { reference: model, layer, manifest, stats } of list) {
    const now = stats();
    bytes.set({ model, layer }, manifest.weights.bytes);
    waiting.set({ model, layer }, now.waiting);
    decoded.set({ model, layer }, now.decoded);
    maxBatch.set({ model, layer }, now.maxBatch);
    for (const outcome of ["embedded", "refused", "dropped"] as const) {
      images.inc({ model, layer, outcome }, now[outcome]);
    }
  }
}

function addDecoder(registry: Registry, { decoder }: MetricSources): void {
  const { processes, busy, decoded, killed, restarts } = decoder.stats();
  const gauges = [
    ["lookalike_decoder_processes", "Processes that decode images.", processes],
    ["lookalike_decoder_busy", "Images that are being decoded.", busy],
  ] as const;
  for (const [name, help, value] of gauges) gauge(registry, { name, help }).set(value);
  const counters = [
    ["lookalike_decoder_images_total", "Images that were decoded.", decoded],
    ["lookalike_decoder_kills_total", "Processes that ended at an image.", killed],
    ["lookalike_decoder_restarts_total", "Processes started for others that ended.", restarts],
  ] as const;
  for (const [name, help, value] of counters) counter(registry, { name, help }).inc(value);
}

function addCollections(registry: Registry, infos: CollectionInfo[]): void {
  const items = infos.reduce((sum, { count }) => sum + count, 0);
  gauge(registry, { name: "lookalike_collections", help: "Collections." }).set(infos.length);
  gauge(registry, { name: "lookalike_collection_items", help: "Items of all collections." })
    .set(items);
  const reembeddings = gauge(registry, {
    name: "lookalike_reembeddings",
    help: "Collections on their way to another encoder.",
    labelNames: ["status"],
  });
  for (const status of ["running", "failed"] as const) {
    const those = infos.filter(({ reembedding }) => reembedding?.status === status);
    reembeddings.set({ status }, those.length);
  }
}

function addJobs(
  registry: Registry,
  { jobs, running }: { jobs: Record<string, number>; running: string[] },
): void {
  const counts = gauge(registry, {
    name: "lookalike_jobs",
    help: "Jobs of training that are kept, by where they stand.",
    labelNames: ["status"],
  });
  for (const [status, count] of Object.entries(jobs)) counts.set({ status }, count);
  gauge(registry, { name: "lookalike_job_processes", help: "Processes that train now." })
    .set(running.length);
}

function addMemory(registry: Registry): void {
  const { rss, heapUsed } = Deno.memoryUsage();
  const { user, system } = process.cpuUsage(); // microseconds
  // Asking for the memory of a backend would start one where there is none yet.
  const { numTensors, numBytes } = tf.getBackend() ? tf.memory() : { numTensors: 0, numBytes: 0 };
  const gauges = [
    ["lookalike_tensors", "Tensors alive.", numTensors],
    ["lookalike_tensor_bytes", "What tensors alive hold, wherever they are.", numBytes],
    ["lookalike_heap_used_bytes", "What JavaScript's heap holds.", heapUsed],
    ["process_resident_memory_bytes", "Resident memory of this process, decoders apart.", rss],
    ["process_start_time_seconds", "When the process began, since 1970.", STARTED],
  ] as const;
  for (const [name, help, value] of gauges) gauge(registry, { name, help }).set(value);
  const cpu = { name: "process_cpu_seconds_total", help: "Processor time of this process." };
  counter(registry, cpu).inc((user + system) / 1e6);
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

interface Description {
  name: string;
  help: string;
  labelNames?: string[];
}

function gauge(registry: Registry, description: Description): Gauge {
  return new Gauge({ ...description, registers: [registry] });
}

function counter(registry: Registry, description: Description): Counter {
  return new Counter({ ...description, registers: [registry] });
}
