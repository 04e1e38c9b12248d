import type { ClassifierStore } from "../../src/classifiers/classifiers.ts";
import type { EncoderStore } from "../../src/encoders/store.ts";
import type { Precision } from "../../src/tensorflow/mod.ts";
import type { JobReporter } from "./job_reporter.ts";

/** What a job works with. */
export interface JobContext {
  id: string;
  /** The folder of all that Lookalike keeps. */
  home: string;
  /** The job's own folder. */
  folder: string;
  encoders: EncoderStore;
  classifiers: ClassifierStore;
  report: JobReporter;
  /** Of fine-tuning, as the settings have it; what is compared is in float32, as it is served. */
  precision: Precision | "auto";
  /** Steps of training that the job may have, where it was not known when it was accepted. */
  mostSteps: number;
  /** Seconds from one checkpoint to the next. */
  checkpointEvery: number;
  /** Ends the job after the step under way, with a checkpoint. */
  signal: AbortSignal;
}
