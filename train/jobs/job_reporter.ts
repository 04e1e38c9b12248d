import { sha256 } from "../../src/files.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";
import { duration } from "../../src/readable.ts";
import type { Progress, Reporter } from "../report.ts";

/** What is told of a step; of fine-tuning some of it. */
export type JobProgress =
  & Pick<Progress, "step" | "totalSteps" | "loss">
  & Partial<Progress>;

/** Tells of a job by its events. */
export interface JobReporter extends Reporter {
  /** The job is so far; of about two hundred steps on the whole way this is kept. */
  progress(progress: JobProgress): void;
  /** Something that the person should know. */
  warn(sentence: string): void;
  /** The job could go on from this step. */
  checkpoint(step: number): void;
}

/** How many events of progress a job has at most, however long it is. */
const PROGRESS_EVENTS = 200;

/** An activity is told of at its end, and where it is long at every quarter. */
const QUARTERS = 4;
const LONG = 1000;

/**
 * A reporter that writes a job's events. What is said again after a crash is the same event: a
 * sentence is its own key, progress has that of its place on the way, which is a function of the step.
 *
 * @param store Where the events go.
 * @param id The job's.
 * @returns The reporter.
 */
export function createJobReporter(store: Pick<JobStore, "addEvent">, id: string): JobReporter {
  const say = (level: "info" | "warn", message: string) => {
    const key = `message:${sha256(message).slice(0, 16)}`;
    store.addEvent(id, { key, level, type: "message", message, data: {} });
  };
  return {
    progress(progress) {
      const { step, totalSteps } = progress;
      const place = step === totalSteps ? "end" : Math.floor(step / intervalOf(totalSteps));
      store.addEvent(id, {
        ...{ key: `progress:${place}`, level: "info", type: "progress" },
        message: sentenceOf(progress),
        data: withoutNothing(progress),
      });
    },
    activity(what, done, total) {
      if (total === null || (total < LONG && done < total)) return;
      const quarter = Math.floor(QUARTERS * done / total);
      if (done !== Math.ceil(quarter * total / QUARTERS)) return; // the first of its quarter
      const message = `${capital(what)}: ${done} of ${total}.`;
      const key = `activity:${what}:${total}:${quarter}`;
      store.addEvent(id, { key, level: "info", type: "message", message, data: { done, total } });
    },
    say: (sentence) => say("info", sentence),
    warn: (sentence) => say("warn", sentence),
    checkpoint(step) {
      const message = `Checkpoint after step ${step}.`;
      const key = `checkpoint:${step}`;
      store.addEvent(id, { key, level: "info", type: "checkpoint", message, data: { step } });
    },
  };
}

/**
 * How many steps lie between two events of progress.
 *
 * @param totalSteps Of the whole way.
 * @returns At least 1.
 */
export function intervalOf(totalSteps: number): number {
  return Math.ceil(totalSteps / PROGRESS_EVENTS);
}

function sentenceOf({ step, totalSteps, loss, secondsLeft }: JobProgress): string {
  const left = secondsLeft === undefined ? "" : `, ${duration(secondsLeft)} left`;
  return `Step ${step} of ${totalSteps}: loss ${loss.toFixed(3)}${left}.`;
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** A copy without what was not measured. */
function withoutNothing(progress: JobProgress): Record<string, unknown> {
  return Object.fromEntries(Object.entries(progress).filter(([, value]) => value != null));
}
