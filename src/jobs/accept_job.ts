import { dirname } from "node:path";
import { LookalikeError } from "../errors.ts";
import { syncFolder } from "../files.ts";
import type { Job, JobKind, JobRequest } from "./job.ts";
import type { JobStore } from "./job_store.ts";
import { newJobId } from "./new_job_id.ts";

/** A job before it is one: every choice made, and what puts its files in place. */
export interface JobDraft {
  request: JobRequest;
  /**
   * Writes what the job works on.
   *
   * @param folder The job's own, which is there and empty.
   * @param signal Ends it with what the signal says.
   */
  fill(folder: string, signal: AbortSignal): Promise<void>;
}

/** What somebody asks for. */
export interface JobOrder {
  kind: JobKind;
  /** Checks the request and makes its choices. */
  draft: () => Promise<JobDraft>;
  /** The API key that asks; null where none was needed. */
  keyId: string | null;
  /** An Idempotency-Key, and the SHA-256 of the request that it came with. */
  idempotency?: { key: string; requestHash: string };
  /** Aborted once nobody waits for the job any more. */
  signal: AbortSignal;
}

/** Jobs of the queue that are looked through for those of one asker before any work is done. */
const MOST_LOOKED_AT = 1000;

/**
 * Makes a job of what somebody asks for: its folder first, whole and on disk, then its place in the
 * queue. What is refused, or fails on the way, leaves nothing behind; of what a crash leaves the
 * supervisor's sweep takes care.
 *
 * @param order What is asked for.
 * @param options The jobs, and how many may wait.
 * @returns The job; the one of before, if this Idempotency-Key has made one.
 * @throws {LookalikeError} What the draft throws; `overloaded` if the queue is full; `conflict` if the
 * Idempotency-Key came with another request; `unavailable` if the disk is full; `interrupted` if the
 * signal was aborted.
 */
export async function acceptJob(
  { kind, draft, keyId, idempotency, signal }: JobOrder,
  { store, most }: { store: JobStore; most: number },
): Promise<Job> {
  const known = idempotency && store.byIdempotency(idempotency, { keyId, kind });
  if (known) return known;
  refuseIfFull(store, { most, keyId });
  const { request, fill } = await draft();
  const id = newJobId(kind);
  const folder = store.folder(id);
  let taken = false;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await fill(folder, signal);
    await syncFolder(folder);
    await syncFolder(dirname(folder));
    signal.throwIfAborted();
    const job = store.add({ id, request, keyId }, { most, idempotency });
    taken = job.id === id; // or the same request was faster
    return job;
  } catch (error) {
    throw faultOf(error, signal);
  } finally {
    if (!taken) await Deno.remove(folder, { recursive: true }).catch(() => {}); // else it is swept
  }
}

/** Refuses what the store would refuse, before files are linked for it. */
function refuseIfFull(
  store: JobStore,
  { most, keyId }: { most: number; keyId: string | null },
): void {
  if (store.counts().queued < most) return;
  const { jobs } = store.list({ status: ["queued"], limit: MOST_LOOKED_AT });
  if (!jobs.some((job) => job.keyId === keyId)) return; // who has none there may add one even so
  throw new LookalikeError(
    "overloaded",
    `Cannot take the job as at most ${most} may wait: there are so many. Try again once one has ended.`,
    { retryAfter: 60 },
  );
}

/** What ended it, as a person may know it. */
function faultOf(cause: unknown, signal: AbortSignal): unknown {
  if (cause instanceof LookalikeError) return cause;
  if (signal.aborted) {
    return new LookalikeError("interrupted", "Cannot take the job as its caller has left.", {
      cause,
    });
  }
  const isOfDisk = cause instanceof Error && "code" in cause && typeof cause.code === "string";
  if (!isOfDisk) return cause;
  return new LookalikeError(
    "unavailable",
    `Cannot take the job as its files must be written, and the file system says: ${cause.message}.`,
    { retryAfter: 60, cause },
  );
}
