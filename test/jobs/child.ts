/**
 * The process of a job, for supervisor_test.ts: it does all that a real one does, but train. What it
 * does in which case is in the `configuration` of its request.
 *
 * @module
 */
import { getPriority } from "node:os";
import { join } from "node:path";
import { lockJob } from "../../src/jobs/job_lock.ts";
import { LOCKED } from "../../src/jobs/job_process.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";
import { type Behaviour, progress, RESULT } from "./some_jobs.ts";

const home = Deno.env.get("LOOKALIKE_HOME")!;
const [command, flag, id] = Deno.args;
if (command !== "job" || flag !== "--id") throw new Error(`asked for ${Deno.args}`);
const store = openJobStore(home);
const folder = store.folder(id);
const lock = await lockJob(folder, { seconds: 1 });
if (lock === null) Deno.exit(LOCKED);
const { status, request } = store.get(id);
if (status !== "running" || request.kind !== "pretraining") Deno.exit(0);
const { does, steps = 20, stepMs = 10 } = request.configuration as Behaviour;
let isPausing = false;
Deno.addSignalListener("SIGTERM", () => isPausing = true);
if (does !== "ignore") endWithService();

if (does === "crash") throw new Error("There is a hole in the bucket");
if (does === "vanish") Deno.exit(0);
if (does === "hoard") await Deno.writeFile(join(folder, "cache"), new Uint8Array(100_000));

for (let step = await checkpoint() + 1; step <= steps; step++) {
  await Deno.writeTextFile(join(home, "steps.log"), `${id} ${step} ${Deno.pid}\n`, {
    append: true,
  });
  await new Promise((resolve) => setTimeout(resolve, stepMs));
  store.addEvent(id, progress(step));
  if (does === "ignore") continue;
  if (store.get(id).status !== "running") Deno.exit(0);
  if (step % 5 === 0 || isPausing) await saveCheckpoint(step);
  if (isPausing) Deno.exit(1);
}
if (does === "fail") {
  store.fail(id, { code: "not_finite", message: "The loss blew up.", param: null });
} else {
  store.succeed(id, { ...RESULT, metrics: share() });
}
Deno.exit(0);

/** What it was told of its share of the machine. */
function share(): Record<string, unknown> {
  return {
    threads: Deno.env.get("LOOKALIKE_JOB_THREADS"),
    deviceShare: Deno.env.get("LOOKALIKE_JOB_DEVICE_SHARE"),
    priority: getPriority(),
  };
}

async function checkpoint(): Promise<number> {
  return Number(await Deno.readTextFile(join(folder, "checkpoint")).catch(() => "0"));
}

async function saveCheckpoint(step: number): Promise<void> {
  await Deno.writeTextFile(join(folder, "next"), `${step}`);
  await Deno.rename(join(folder, "next"), join(folder, "checkpoint"));
}

/** Ends at once when standard input closes. */
async function endWithService(): Promise<void> {
  for await (const _ of Deno.stdin.readable);
  Deno.exit(1);
}
