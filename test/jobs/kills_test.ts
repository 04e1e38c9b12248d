import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { createSupervisor } from "../../src/jobs/create_supervisor.ts";
import { addWork, jobsHome } from "./some_jobs.ts";
import { supervision } from "./some_supervision.ts";
import { over, processes, range, SHARE, steps, until } from "./watch_jobs.ts";

const KILLS = 6;
const STEPS = 100;
const STEP_MS = 20; // so that the last kill comes before the last step

Deno.test("jobs: kill -9 of the service, a job's process, or both, at any moment: each job ends whole", async () => {
  await using jobs = await jobsHome();
  const { home } = jobs;
  const store = jobs.open();
  const ids = await Promise.all(
    ["one", "two", "three"].map((alias) =>
      addWork(store, { steps: STEPS, stepMs: STEP_MS }, { alias })
    ),
  );
  for (let kill = 0; kill < KILLS; kill++) {
    const service = await startService(home);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
    const victims = kill % 3;
    if (victims !== 0) await killProcesses(home, ids);
    if (victims === 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
    await service.kill();
  }
  await new Promise((resolve) => setTimeout(resolve, 500)); // what the service left ends with it
  const { jobs: [{ id: cancelled }] } = store.list({ status: ["running"], limit: 1 });
  store.cancel(cancelled); // while nobody sees it
  const supervisor = createSupervisor(store, supervision(home, { most: 2 }));
  await supervisor.start();
  for (const id of ids.filter((id) => id !== cancelled)) {
    const { status, result } = await over(store, id);
    assertEquals([status, result?.metrics], ["succeeded", SHARE]);
    assertEquals(steps(store, id), range(STEPS));
    await processes(home, id);
    await until(() => store.get(id).promotion?.status === "kept");
  }
  assertEquals((await over(store, cancelled)).status, "cancelled");
  await supervisor.close();
  assertEquals(store.folders(), []);
});

/** Starts service.ts; says how to kill it. */
async function startService(home: string) {
  const script = fileURLToPath(new URL("service.ts", import.meta.url));
  const service = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, home],
    stdout: "piped",
  }).spawn();
  const reader = service.stdout.getReader();
  const { done } = await reader.read();
  assert(!done, "the service did not start");
  return {
    async kill() {
      service.kill("SIGKILL");
      assertEquals((await service.status).signal, "SIGKILL");
      await reader.cancel();
    },
  };
}

/** Kills what works on jobs now, as far as it has said so. */
async function killProcesses(home: string, ids: string[]): Promise<void> {
  for (const id of ids) {
    const pid = (await processes(home, id)).at(-1);
    try {
      if (pid !== undefined) Deno.kill(pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}
