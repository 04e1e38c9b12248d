import { createMovingLine, type Screen } from "../moving_line.ts";
import type { Job, JobEvent } from "./job.ts";
import type { JobStore } from "./job_store.ts";
import { progressLine } from "./progress_line.ts";

/** How often a job is looked at, in milliseconds. */
const LOOK_MS = 200;
/** Events that are read at a time. */
const PAGE = 500;

/**
 * Shows a job to a person, from its first event until it is over and its alias is settled: a sentence
 * a line, and a line that moves for its progress.
 *
 * @param id The job.
 * @param store The jobs.
 * @param screen Where it is shown.
 * @returns The job, once it is over.
 * @throws {LookalikeError} `not_found`.
 */
export async function followJob(id: string, store: JobStore, screen: Screen): Promise<Job> {
  const line = createMovingLine(screen);
  let after = 0;

  function show(event: JobEvent): void {
    const { step, totalSteps } = event.data;
    if (event.type === "progress") line.show(progressLine(event), { isLast: step === totalSteps });
    else if (event.type !== "checkpoint") line.say(event.message);
  }

  /** Shows what is new; all of it, as nothing comes after a job that is over. */
  function showNews(): void {
    for (let hasMore = true; hasMore;) {
      const page = store.events(id, { after, limit: PAGE });
      for (const event of page.events) show(event);
      after = page.events.at(-1)?.sequence ?? after;
      hasMore = page.hasMore;
    }
  }

  for (let seen: number | null = null;; await pause()) {
    const version = store.dataVersion();
    if (version === seen) continue;
    seen = version;
    const job = store.get(id);
    showNews();
    if (isSettled(job)) return job;
  }
}

function isSettled({ status, promotion }: Job): boolean {
  return status !== "queued" && status !== "running" && promotion?.status !== "pending";
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
