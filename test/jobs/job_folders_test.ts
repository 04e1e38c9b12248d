import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { removeJobFolder } from "../../src/jobs/job_folders.ts";
import { lockJob } from "../../src/jobs/job_lock.ts";

Deno.test("the folder of a job goes, while others look for its lock and remove it too", async () => {
  const jobs = await Deno.makeTempDir();
  try {
    for (let round = 0; round < 30; round++) {
      const folder = join(jobs, `job-${round}`);
      await Deno.mkdir(folder);
      for (let file = 0; file < 40; file++) await Deno.writeTextFile(join(folder, `${file}`), "x");
      await Promise.all([
        removeJobFolder(folder, { seconds: 5 }),
        removeJobFolder(folder, { seconds: 5 }),
        lookForLock(folder),
        lookForLock(folder),
      ]);
      assertEquals(Array.from(Deno.readDirSync(jobs)), []);
    }
  } finally {
    await Deno.remove(jobs, { recursive: true });
  }
});

/** Takes the lock again and again, until there is no such folder. */
async function lookForLock(folder: string): Promise<void> {
  try {
    for (;;) (await lockJob(folder, { seconds: 0 }))?.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
