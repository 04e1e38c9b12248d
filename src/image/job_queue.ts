/** Jobs that wait, in order, for whoever takes them. */
export interface JobQueue<Job> {
  /** Puts a job at the end, or first where it was taken and came back. */
  put(job: Job, options?: { first?: boolean }): void;
  /**
   * Takes the next job, waiting for one.
   *
   * @returns The job; and how to give up waiting, whereupon it is null.
   */
  take(): { job: Promise<Job | null>; cancel: () => void };
  /** Takes all that wait. */
  drain(): Job[];
}

/**
 * A queue without a bound: who puts must have one.
 *
 * @returns The queue, empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createJobQueue } from "./job_queue.ts";
 * const queue = createJobQueue<string>();
 * const { job } = queue.take();
 * queue.put("decode");
 * assertEquals(await job, "decode");
 * ```
 */
export function createJobQueue<Job>(): JobQueue<Job> {
  const waiting: Job[] = [];
  const takers: ((job: Job | null) => void)[] = [];
  return {
    put(job, { first = false } = {}) {
      const taker = takers.shift();
      if (taker) taker(job);
      else if (first) waiting.unshift(job);
      else waiting.push(job);
    },
    take() {
      if (waiting.length > 0) return { job: Promise.resolve(waiting.shift()!), cancel: () => {} };
      const { promise, resolve } = Promise.withResolvers<Job | null>();
      takers.push(resolve);
      const cancel = () => {
        const at = takers.indexOf(resolve);
        if (at >= 0) takers.splice(at, 1);
        resolve(null);
      };
      return { job: promise, cancel };
    },
    drain: () => waiting.splice(0),
  };
}
