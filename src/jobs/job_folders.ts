import { basename, dirname, join } from "node:path";
import { LookalikeError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { JobStatus } from "./job.ts";
import { lockJob } from "./job_lock.ts";
import type { JobStore } from "./job_store.ts";

/** A folder that no job has may be of one that is being accepted, until it is this old. */
const ORPHAN_MS = 3_600_000;
/** One in which a process runs still is tried again so soon. */
const AGAIN_MS = 1000;

/**
 * The bytes that a job keeps beside the images that it shares with its collection.
 *
 * @param folder The job's folder.
 * @returns The sum of its files, without those under `images/`.
 */
export async function jobBytes(folder: string): Promise<number> {
  return await bytesIn(folder, { except: "images" });
}

/** What a folder's name begins with while it is removed. */
const GOING = ".";

/**
 * Removes the folder of a job that is over, unless a process has its lock still. It is renamed first:
 * who looks for the lock meanwhile would make that file anew, in a folder that must be empty to go.
 *
 * @param folder The job's folder.
 * @param options.seconds How long to wait for that process.
 * @returns Whether it is gone.
 */
export async function removeJobFolder(
  folder: string,
  { seconds = 0 }: { seconds?: number } = {},
): Promise<boolean> {
  try {
    using lock = await lockJob(folder, { seconds });
    if (lock === null) return false;
    const going = join(dirname(folder), `${GOING}${basename(folder)}-${crypto.randomUUID()}`);
    await Deno.rename(folder, going);
    await removeRenamed(going);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true; // another was faster
    throw error;
  }
}

/**
 * Sweeps the folders of jobs that are over, whenever there is another one, and those that no job came
 * to have.
 *
 * @param store The jobs.
 * @param options.log Is told what cannot be removed.
 * @returns To be called now and then: does what is due.
 */
export function createFolderSweep(
  store: JobStore,
  { log }: { log: Log },
): () => Promise<void> {
  let known = -1; // how many jobs were over
  let dueAt = 0;
  return async () => {
    const { succeeded, failed, cancelled } = store.counts();
    const over = succeeded + failed + cancelled;
    if (over === known && performance.now() < dueAt) return;
    known = over;
    let isLeft = false;
    try {
      for (const folder of store.folders()) {
        if (basename(folder).startsWith(GOING)) await removeRenamed(folder);
        else if (await isOver(folder, store) && !await removeJobFolder(folder)) isLeft = true;
      }
    } catch (error) {
      log.error("folders of jobs not swept", { reason: messageOf(error) });
    }
    dueAt = performance.now() + (isLeft ? AGAIN_MS : ORPHAN_MS);
  };
}

/** Removes a folder that nobody adds to; a sweep and who renamed it may both be at it. */
async function removeRenamed(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function isOver(folder: string, store: JobStore): Promise<boolean> {
  const status = statusOf(basename(folder), store);
  if (status !== null) return status !== "queued" && status !== "running";
  const info = await Deno.lstat(folder).catch(() => null);
  return info !== null && Date.now() - Number(info.mtime) > ORPHAN_MS;
}

function statusOf(name: string, store: JobStore): JobStatus | null {
  try {
    return store.get(name).status;
  } catch (error) {
    if (error instanceof LookalikeError && error.code === "not_found") return null;
    throw error;
  }
}

async function bytesIn(folder: string, { except }: { except?: string } = {}): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name === except) continue;
    const path = join(folder, name);
    bytes += await (isDirectory ? bytesIn(path) : sizeOf(path)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return 0; // it went meanwhile
      throw error;
    });
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.lstat(path)).size;
}
