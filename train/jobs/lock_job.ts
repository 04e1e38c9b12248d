import { join } from "node:path";

const FILE = "lock";
/** How often another process's lock is tried, in milliseconds. */
const RETRY_MS = 100;

/**
 * Keeps a second process from the same job: one that outlives its service for a moment ends first.
 * The lock is let go of at the end, also by a crash.
 *
 * @param folder The job's own, which is there.
 * @param options.seconds How long to wait for another process.
 * @returns The lock, or null if another process has held it all the while.
 */
export async function lockJob(
  folder: string,
  options: { seconds: number },
): Promise<Disposable | null> {
  const file = await Deno.open(join(folder, FILE), { create: true, write: true });
  const deadline = performance.now() + options.seconds * 1000;
  while (!await file.tryLock(true)) {
    if (performance.now() >= deadline) {
      file.close();
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return file;
}
