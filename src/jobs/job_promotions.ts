import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Job, Promotion } from "./job.ts";
import type { JobStore } from "./job_store.ts";

/** How long after a promotion that could not be done it is tried again. */
const AGAIN_MS = 60_000;

/** Sees to it that aliases follow the results of jobs. */
export interface JobPromotions {
  /** Begins with what is pending and not under way. */
  look(): void;
  /** When nothing is under way. */
  settled(): Promise<void>;
}

/**
 * Settles aliases one after the other, each until it is done: a job that has succeeded stays pending
 * meanwhile, also when the service ends between.
 *
 * @param store The jobs.
 * @param options.promote Lets an alias follow a result, or says why not; twice is as good as once.
 * @param options.log Is told what became of each.
 * @returns What does it.
 */
export function createJobPromotions(
  store: JobStore,
  { promote, log }: { promote: (job: Job) => Promise<Promotion>; log: Log },
): JobPromotions {
  /** When those that could not be done are tried again. */
  const later = new Map<string, number>();
  let working: Promise<void> | null = null;

  async function settle(job: Job): Promise<void> {
    try {
      const promotion = await promote(job);
      store.settlePromotion(job.id, promotion);
      later.delete(job.id);
      log.info("alias of job settled", { job: job.id, ...promotion });
    } catch (error) {
      later.set(job.id, performance.now() + AGAIN_MS);
      log.error("alias of job not settled", { job: job.id, reason: messageOf(error) });
    }
  }

  return {
    look() {
      if (working !== null) return;
      const isDue = ({ id }: Job) => performance.now() >= (later.get(id) ?? 0);
      const job = store.pendingPromotions().find(isDue);
      if (job !== undefined) working = settle(job).finally(() => working = null);
    },
    settled: async () => await (working ?? undefined),
  };
}
