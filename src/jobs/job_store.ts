import type {
  Job,
  JobError,
  JobEvent,
  JobKind,
  JobRequest,
  JobResult,
  JobStatus,
  Promotion,
} from "./job.ts";

/** An event before it has its place; the same `key` twice in a job is one event. */
export interface NewEvent extends Omit<JobEvent, "sequence" | "createdAt"> {
  /**
   * What makes it one event, such as `progress:120`: a job that goes on from a checkpoint says again
   * what it has said since, and that must not count twice.
   */
  key: string;
}

/** How a job's process has fared, over all its starts. */
export interface JobAttempts {
  /** How often it was started since the job's last new event. */
  vainStarts: number;
  /** How often it has crashed since then. */
  crashes: number;
  /** Of what it crashed last, such as `exit code 1: …`; null if it never did. */
  lastCrash: string | null;
  /** How long it has run in all. */
  runningSeconds: number;
}

/**
 * Jobs and their events in `jobs.db`. Several processes may have it open at once: the service, the
 * job's own process, and `deno task jobs`. What was acknowledged survives a crash.
 *
 * Every method throws a `LookalikeError`: `not_found` with param `job` if there is no such job;
 * `unavailable` or `damaged` as src/sqlite.ts does.
 */
export interface JobStore {
  /** The folder of a job's own files: `jobs/ID` in the home. */
  folder(id: string): string;
  /** The folders under `jobs/`, also those of no job. */
  folders(): string[];
  /**
   * Adds a job to the queue, with its first event.
   *
   * @param job Its id (see {@link newJobId}), request and asker; `idempotencyKey` with the SHA-256 of
   * the request that it came with.
   * @param options.most How many may be queued. An asker who has none there may add one even so, or
   * one key could shut all others out.
   * @returns The job; the one that is there already if that idempotency key has been used by this asker.
   * @throws {LookalikeError} `overloaded` if the queue is full; `conflict` if the idempotency key came
   * with another request.
   */
  add(
    job: { id: string; request: JobRequest; keyId: string | null },
    options: { most: number; idempotency?: { key: string; requestHash: string } },
  ): Job;
  /** The job that an idempotency key has made, if it has. Throws `conflict` as {@link add} does. */
  byIdempotency(
    idempotency: { key: string; requestHash: string },
    asker: { keyId: string | null; kind: JobKind },
  ): Job | null;
  get(id: string): Job;
  /** The newest first; `after` is an id. */
  list(
    options: { kind?: JobKind; status?: JobStatus[]; limit: number; after?: string },
  ): { jobs: Job[]; hasMore: boolean };
  /** How many there are in each status. */
  counts(): Record<JobStatus, number>;
  /**
   * Takes the next job of the queue and sets it running: of the askers that wait the one whose last
   * start is longest ago, and of its jobs the oldest.
   */
  claim(): Job | null;
  /** Counts one more start of a job's process, if the job runs. */
  noteStart(id: string): Job;
  /** Counts a crash of a running job's process and says so in an event, which is none of its news. */
  noteCrash(id: string, reason: string): void;
  /** Adds to how long a job's process has run. */
  addRunningTime(id: string, seconds: number): void;
  /** How its process has fared. */
  attempts(id: string): JobAttempts;
  /** Adds an event while the job runs; false if it is there already, or the job no longer runs. */
  addEvent(id: string, event: NewEvent): boolean;
  /**
   * Events in order.
   *
   * @param options `after` is a sequence number; 0 for the beginning.
   */
  events(
    id: string,
    options: { after: number; limit: number; types?: JobEvent["type"][] },
  ): { events: JobEvent[]; hasMore: boolean };
  /** The newest progress, or null. */
  lastProgress(id: string): JobEvent | null;
  /** Ends a running job well, with its last event, in one transaction; false if it no longer runs. */
  succeed(id: string, result: JobResult): boolean;
  /** Ends a queued or running job badly, likewise. */
  fail(id: string, error: JobError): boolean;
  /**
   * Cancels a queued or running job; one that has ended already stays as it is.
   *
   * @throws {LookalikeError} `conflict` if it has succeeded or failed.
   */
  cancel(id: string): Job;
  /** Says what became of the alias. */
  settlePromotion(id: string, promotion: Promotion): void;
  /** Jobs that succeeded and whose alias is still to be settled. */
  pendingPromotions(): Job[];
  /** A number that changes whenever any process has written: to wait for events without reading. */
  dataVersion(): number;
  close(): void;
}
