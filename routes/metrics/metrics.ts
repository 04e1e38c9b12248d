import { Counter, Histogram, Registry } from "prom-client";
import type { Stage } from "../../src/embed/stages.ts";
import { currentMetrics, type MetricSources } from "./current_metrics.ts";

/** What the service counts, for Prometheus. */
export interface Metrics {
  /** Counts a request once it is answered; `route` is the pattern, such as `/v1/models/:model`. */
  request(answered: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts one passage of a stage; `model` is `NAME@VERSION`. */
  onStage(passed: { model: string; stage: Stage; seconds: number }): void;
  /** Counts a batch that ran. */
  onBatch(batch: { model: string; images: number }): void;
  /** Counts by how much the event loop was late. */
  onDelay(seconds: number): void;
  /** The Content-Type of {@link text}. */
  readonly contentType: string;
  /** Everything counted so far and what the sources hold now, in Prometheus's text format. */
  text(sources: MetricSources): Promise<string>;
}

/** Anybody may ask by any method, and each label would be kept for good. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Seconds. */
const OF_REQUESTS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const OF_STAGES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const OF_DELAYS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Images: the sizes that batches are compiled for. */
const OF_BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * Counters and histograms at zero.
 *
 * @returns The metrics; nothing is registered anywhere else.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "lookalike_http_requests_total",
    help: "Requests that were answered.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "lookalike_http_request_duration_seconds",
    help: "Time from a request's headers to the end of its handling.",
    labelNames: ["method", "route"],
    buckets: OF_REQUESTS,
    registers,
  });
  const stageSeconds = new Histogram({
    name: "lookalike_stage_duration_seconds",
    help: "Time of an image in decode and queue, and of a batch in inference.",
    labelNames: ["stage", "model"],
    buckets: OF_STAGES,
    registers,
  });
  const batchImages = new Histogram({
    name: "lookalike_batch_size_images",
    help: "Images of a batch that ran.",
    labelNames: ["model"],
    buckets: OF_BATCHES,
    registers,
  });
  const loopDelay = new Histogram({
    name: "lookalike_event_loop_delay_seconds",
    help: "By how much a timer of the thread that answers requests was late.",
    buckets: OF_DELAYS,
    registers,
  });
  return {
    request({ method: said, route, status, seconds }) {
      const method = METHODS.has(said) ? said : "other";
      requests.inc({ method, route, status });
      requestSeconds.observe({ method, route }, seconds);
    },
    onStage: ({ model, stage, seconds }) => stageSeconds.observe({ stage, model }, seconds),
    onBatch: ({ model, images }) => batchImages.observe({ model }, images),
    onDelay: (seconds) => loopDelay.observe(seconds),
    contentType: registry.contentType,
    text: async (sources) => await registry.metrics() + await currentMetrics(sources),
  };
}
