import type { Job } from "./job.ts";

/** Runs the jobs of the queue, each in a process of its own, and keeps them going. */
export interface Supervisor {
  /**
   * Begins: goes on with what was running when the service last ended, settles aliases that were to
   * follow, sweeps folders of jobs that are over, and takes jobs from the queue.
   */
  start(): Promise<void>;
  /** There is something new in the queue. */
  wake(): void;
  /**
   * Cancels a job: its process has ended and its files are gone when this resolves.
   *
   * @throws {LookalikeError} `not_found`; `conflict` if it has succeeded or failed.
   */
  cancel(id: string): Promise<Job>;
  /** The ids of jobs whose process runs now. */
  running(): string[];
  /** Ends the processes, which keep their checkpoints; their jobs stay running and go on at the next start. */
  close(): Promise<void>;
}
