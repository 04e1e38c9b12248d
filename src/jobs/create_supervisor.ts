import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { attendJob } from "./attend_job.ts";
import { type Bell, createBell } from "./bell.ts";
import type { Job, Promotion } from "./job.ts";
import { createFolderSweep, removeJobFolder } from "./job_folders.ts";
import type { JobCommand } from "./job_process.ts";
import { createJobPromotions } from "./job_promotions.ts";
import type { JobStore } from "./job_store.ts";
import type { Supervisor } from "./supervisor.ts";

/** What jobs may take, and what becomes of their results. */
export interface SupervisorOptions extends JobCommand {
  /** How many run at a time, of all services on the home; 0 starts none. */
  most: number;
  /** How long one may run in all. */
  hours: number;
  /** What one may keep on disk beside the images that it shares with its collection. */
  bytes: number;
  /** Lets an alias follow a job's result, or says why not; what it throws is tried again later. */
  promote: (job: Job) => Promise<Promotion>;
  log: Log;
  /** How long a look at the jobs lasts, in milliseconds, 250 unless told; other spans are so many looks. */
  lookMs?: number;
}

/** How long another service's process may take to end once its job is cancelled, in seconds. */
const FOREIGN_END_SECONDS = 10;
/** What is waited after a look that failed, as on a full disk, in looks. */
const FAULT_LOOKS = 20;

/** A job that is kept going here. */
interface Attended {
  bell: Bell;
  hasProcess: boolean;
  done: Promise<void>;
}

/**
 * Makes the supervisor of a home's jobs. Several services may have one on the same home: the lock of
 * a job lets one process of it run.
 *
 * @param store The jobs.
 * @param options What they may take.
 * @returns The supervisor; it does nothing before it is started.
 */
export function createSupervisor(store: JobStore, options: SupervisorOptions): Supervisor {
  const { most, log, lookMs = 250 } = options;
  const bell = createBell();
  const attended = new Map<string, Attended>();
  const promotions = createJobPromotions(store, options);
  const sweep = createFolderSweep(store, { log });
  let closing = false;
  let looking: Promise<void> | null = null;
  let seen: number | null = null;

  function attend(id: string, { isForeign }: { isForeign: boolean }): void {
    const one: Attended = { bell: createBell(), hasProcess: false, done: Promise.resolve() };
    attended.set(id, one);
    const attendance = {
      ...options,
      lookMs,
      isForeign,
      bell: one.bell,
      isClosing: () => closing,
      onProcess: (isRunning: boolean) => one.hasProcess = isRunning,
    };
    one.done = attendJob(id, store, attendance).finally(() => {
      attended.delete(id);
      bell.ring();
    });
  }

  /** Goes on with jobs that run and are nobody's here, then takes new ones. */
  function takeJobs(): void {
    const { jobs } = store.list({ status: ["running"], limit: 1000 });
    for (const { id } of jobs.reverse()) {
      if (attended.has(id) || attended.size >= most) continue;
      attend(id, { isForeign: seen !== null }); // at first, what the service before has left
    }
    while (attended.size < most) {
      const { running, queued } = store.counts();
      const job = queued > 0 && running < most ? store.claim() : null;
      if (job === null) return;
      attend(job.id, { isForeign: false });
    }
  }

  async function look(): Promise<void> {
    const version = store.dataVersion();
    if (version !== seen) { for (const { bell } of attended.values()) bell.ring(); }
    takeJobs();
    promotions.look();
    seen = version;
    await sweep();
  }

  async function keepLooking(): Promise<void> {
    while (!closing) {
      let waitMs = lookMs;
      try {
        await look();
      } catch (error) {
        log.error("jobs not looked at", { reason: messageOf(error) });
        waitMs = FAULT_LOOKS * lookMs;
      }
      if (!closing) await bell.wait(waitMs);
    }
  }

  return {
    async start() {
      await sweep();
      looking ??= keepLooking();
    },
    wake: bell.ring,
    async cancel(id) {
      store.cancel(id);
      const one = attended.get(id);
      one?.bell.ring();
      if (one?.hasProcess) await one.done;
      if (!await removeJobFolder(store.folder(id), { seconds: FOREIGN_END_SECONDS })) {
        log.warn("folder of cancelled job left", { job: id }); // to a sweep
      }
      return store.get(id);
    },
    running: () => [...attended].filter(([, one]) => one.hasProcess).map(([id]) => id),
    async close() {
      closing = true;
      bell.ring();
      for (const one of attended.values()) one.bell.ring();
      await looking;
      await Promise.all([...attended.values()].map(({ done }) => done));
      await promotions.settled();
    },
  };
}
