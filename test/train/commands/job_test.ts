import { assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { createJobCommand } from "../../../train/commands/job.ts";
import { FULL, jobHome } from "../jobs/job_home.ts";

await startTensorFlow({ device: "cpu", threads: 1 });

const SETTINGS = { LOOKALIKE_DEVICE: "cpu", LOOKALIKE_JOB_THREADS: "1" };

Deno.test("the command runs a job of the home; stopped it says so, of none it names it", async () => {
  await using world = await jobHome();
  const run = (id: string | undefined, signal = new AbortController().signal) =>
    createJobCommand(SETTINGS).run({ id }, {
      ...{ home: world.home, signal, out: () => {}, isTerminal: false, columns: 80 },
    });
  const id = await world.add({ ...FULL, method: "probe" }, { vectors: true });
  const error = await assertRejects(() => run(id, AbortSignal.abort()), LookalikeError);
  assertEquals([error.code, world.jobs.get(id).status], ["interrupted", "running"]);
  assertEquals(await run(id), undefined);
  assertEquals(world.jobs.get(id).status, "succeeded");
  const missing = await assertRejects(() => run("ftjob-nobody"), LookalikeError);
  assertEquals(missing.param, "job");
  assertEquals((await assertRejects(() => run(undefined), LookalikeError)).param, "--id");
});
