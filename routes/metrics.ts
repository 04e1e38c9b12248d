import type { Stage } from "../src/embed/stages.ts";
import type { Services } from "./services.ts";

/** What is asked for its state whenever metrics are read. */
export type MetricSources = Pick<Services, "encoders" | "collections" | "decoder">;

/** What the service counts, for Prometheus. */
export interface Metrics {
  /** Counts a request once it is answered; `route` is the pattern, such as `/v1/models/:model`. */
  request(answered: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts one passage of an image through a stage; `model` is `NAME@VERSION`. */
  onStage(passed: { model: string; stage: Stage; seconds: number }): void;
  /** Counts a batch that ran. */
  onBatch(batch: { model: string; images: number }): void;
  /** The Content-Type of {@link text}. */
  readonly contentType: string;
  /** Everything counted so far and what the sources hold now, in Prometheus's text format. */
  text(sources: MetricSources): Promise<string>;
}
