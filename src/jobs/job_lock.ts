import { join } from "node:path";

/** How often a lock that somebody has is tried again, in milliseconds. */
const AGAIN_MS = 50;

/**
 * Takes the lock of a job, which its process holds while it runs: so there is one at most, however
 * many services share a home, and whatever was killed. It ends with the process, or when the file is
 * closed.
 *
 * @param folder The job's folder; it must be there.
 * @param options.seconds How long to wait for it.
 * @returns The lock, to be closed; null if another has it still.
 * @throws {Deno.errors.NotFound} If there is no such folder.
 */
export async function lockJob(
  folder: string,
  { seconds }: { seconds: number },
): Promise<Deno.FsFile | null> {
  const file = await Deno.open(join(folder, "lock"), { write: true, create: true });
  const until = performance.now() + seconds * 1000;
  while (!await file.tryLock(true)) {
    if (performance.now() >= until) {
      file.close();
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  return file;
}
