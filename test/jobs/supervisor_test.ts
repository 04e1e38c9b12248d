import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { createSupervisor, type SupervisorOptions } from "../../src/jobs/create_supervisor.ts";
import { lockJob } from "../../src/jobs/job_lock.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";
import { newJobId } from "../../src/jobs/new_job_id.ts";
import { addWork, jobsHome } from "./some_jobs.ts";
import { supervision } from "./some_supervision.ts";
import { exists, over, processes, range, SHARE, steps, until } from "./watch_jobs.ts";

/** A home with a store and supervisors, which are closed before it is removed. */
async function supervisedHome() {
  const jobs = await jobsHome();
  const store = jobs.open();
  const closing: (() => Promise<void>)[] = [];
  return {
    home: jobs.home,
    store,
    async start(options: Partial<SupervisorOptions> = {}, of: JobStore = store) {
      const supervisor = createSupervisor(of, supervision(jobs.home, options));
      closing.push(supervisor.close);
      await supervisor.start();
      return supervisor;
    },
    open: jobs.open,
    async [Symbol.asyncDispose]() {
      await Promise.all(closing.map((close) => close()));
      await jobs[Symbol.asyncDispose]();
    },
  };
}

Deno.test("supervisor: runs one after the other, with its share, and cleans up behind", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const [first, second] = [await addWork(store), await addWork(store, { does: "fail" })];
  const supervisor = await home.start();
  await until(() => supervisor.running().length === 1);
  assertEquals(supervisor.running(), [first]);
  assertEquals(store.get(second).status, "queued");
  const job = await over(store, first);
  assertEquals([job.status, job.starts, job.result?.metrics], ["succeeded", 1, SHARE]);
  assertEquals(steps(store, first), range(20));
  const failed = await over(store, second);
  assertEquals([failed.status, failed.error?.message], ["failed", "The loss blew up."]);
  const later = await addWork(store, { steps: 1 });
  supervisor.wake();
  assertEquals((await over(store, later)).status, "succeeded");
  assertEquals(supervisor.running(), []);
  assert(store.attempts(first).runningSeconds > 0);
});

Deno.test("supervisor: several at a time where there may be, none where there may not", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const ids = [await addWork(store), await addWork(store), await addWork(store)];
  const idle = await home.start({ most: 0 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals([idle.running(), store.counts().queued], [[], 3]);
  const supervisor = await home.start({ most: 2 });
  await until(() => supervisor.running().length === 2);
  assertEquals(supervisor.running().sort(), ids.slice(0, 2).sort());
  for (const id of ids) assertEquals((await over(store, id)).status, "succeeded");
});

Deno.test("supervisor: a killed process goes on from its checkpoint, and says nothing twice", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const id = await addWork(store, { steps: 40 });
  await home.start();
  for (const step of [3, 12, 30]) {
    await until(() => Number(store.lastProgress(id)?.data.step ?? 0) >= step);
    Deno.kill((await processes(home.home, id)).at(-1)!, "SIGKILL");
    const [starts] = [store.get(id).starts];
    await until(() => store.get(id).starts > starts);
  }
  const job = await over(store, id);
  assertEquals([job.status, job.starts], ["succeeded", 4]);
  assertEquals(steps(store, id), range(40));
  assertEquals((await processes(home.home, id)).length, 4);
  const { events } = store.events(id, { after: 0, limit: 1000, types: ["message"] });
  assertEquals(
    events.map(({ message }) => message),
    Array(3).fill(
      "The job's process has crashed: SIGKILL.",
    ),
  );
});

Deno.test("supervisor: closed, a job keeps its checkpoint; started again, it goes on", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const id = await addWork(store, { steps: 40 });
  const waiting = await addWork(store, { steps: 1 });
  const first = await home.start();
  await until(() => Number(store.lastProgress(id)?.data.step ?? 0) >= 7);
  await first.close();
  assertEquals([store.get(id).status, first.running()], ["running", []]);
  const reached = Number(await Deno.readTextFile(join(store.folder(id), "checkpoint")));
  assertEquals(store.lastProgress(id)?.data.step, reached); // it ended after a step, by itself
  assertEquals(store.attempts(id).crashes, 0);
  await home.start();
  assertEquals((await over(store, id)).starts, 2);
  assertEquals(steps(store, id), range(40));
  assertEquals((await over(store, waiting)).status, "succeeded");
});

Deno.test("supervisor: cancel frees all when it resolves, whatever the job's state", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const idle = await home.start({ most: 0 });
  const queued = await addWork(store);
  assertEquals((await idle.cancel(queued)).status, "cancelled");
  assertEquals(exists(store.folder(queued)), false);
  const supervisor = await home.start();
  for (const does of ["work", "ignore"] as const) {
    const id = await addWork(store, { does, steps: 10_000 });
    await until(() => store.lastProgress(id) !== null);
    assertEquals((await supervisor.cancel(id)).status, "cancelled");
    assertEquals([supervisor.running(), exists(store.folder(id))], [[], false]);
    assertEquals((await supervisor.cancel(id)).status, "cancelled");
    assertEquals(await isAlive((await processes(home.home, id))[0]), false);
  }
  const crashing = await addWork(store, { does: "crash" });
  await until(() => store.attempts(crashing).crashes >= 1); // and so it waits
  await supervisor.cancel(crashing);
  assertEquals(exists(store.folder(crashing)), false);
  const done = await addWork(store, { steps: 1 });
  await over(store, done);
  for (const [id, code] of [[done, "conflict"], ["nobody", "not_found"]]) {
    const error = await assertRejects(() => supervisor.cancel(id), LookalikeError);
    assertEquals((error as LookalikeError).code, code);
  }
});

Deno.test("supervisor: one that was cancelled in another process ends too", async () => {
  await using home = await supervisedHome();
  const terminal = home.open();
  const [id, queued] = [await addWork(home.store, { steps: 10_000 }), await addWork(home.store)];
  const supervisor = await home.start();
  await until(() => home.store.lastProgress(id) !== null);
  terminal.cancel(queued);
  terminal.cancel(id);
  await over(home.store, id);
  await over(home.store, queued);
  await until(() => supervisor.running().length === 0);
});

Deno.test("supervisor: a job that always crashes fails with the reason; one that says nothing, too", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const ids = [await addWork(store, { does: "crash" }), await addWork(store, { does: "vanish" })];
  await home.start({ most: 2 });
  const [crashed, vanished] = [await over(store, ids[0]), await over(store, ids[1])];
  assertEquals([crashed.status, crashed.starts, crashed.error?.code], ["failed", 5, "internal"]);
  assertMatch(
    crashed.error!.message,
    /its process crashed 5 times in a row .*: the last time by exit code 1: error: .*There is a hole in the bucket\.$/,
  );
  assertMatch(vanished.error!.message, /the last time by exit code 0\.$/);
});

Deno.test("supervisor: a program that cannot be started is a reason too", async () => {
  await using home = await supervisedHome();
  const id = await addWork(home.store);
  await home.start({ command: [join(home.home, "nothing")] });
  const { status, error } = await over(home.store, id);
  assertEquals(status, "failed");
  assertMatch(error!.message, /nothing/);
});

Deno.test("supervisor: a job that runs for too long fails, over all its starts", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const id = await addWork(store, { steps: 10_000 });
  const options = { hours: 2 / 3600 };
  const first = await home.start(options);
  await until(() => store.attempts(id).runningSeconds > 0.5);
  await first.close();
  const before = store.attempts(id).runningSeconds;
  await home.start(options);
  const { status, error } = await over(store, id);
  assertEquals([status, error?.code], ["failed", "timed_out"]);
  const { runningSeconds } = store.attempts(id);
  assert(before < 2 && runningSeconds >= 2 && runningSeconds < 20, `${runningSeconds} s`);
});

Deno.test("supervisor: a job that takes too much of the disk fails; shared images do not count", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const ids = [
    await addWork(store, { does: "hoard", stepMs: 100 }),
    await addWork(store, { stepMs: 100 }),
  ];
  for (const id of ids) {
    await Deno.writeFile(join(store.folder(id), "images", "1.jpg"), new Uint8Array(90_000));
  }
  await home.start({ bytes: 50_000, most: 2 });
  const [hoarder, modest] = [await over(store, ids[0]), await over(store, ids[1])];
  assertEquals([hoarder.status, hoarder.error?.code], ["failed", "too_large"]);
  assertEquals(modest.status, "succeeded");
});

Deno.test("supervisor: two on one home run each job once, and one takes over from the other", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const ids: string[] = [];
  for (let job = 0; job < 4; job++) ids.push(await addWork(store, { steps: 40 }));
  const first = await home.start({ most: 2 }, home.open());
  await home.start({ most: 2 }, home.open());
  await until(() => Number(store.lastProgress(ids[0])?.data.step ?? 0) >= 5);
  assertEquals(store.counts().running, 2); // of both together
  await first.close();
  for (const id of ids) {
    assertEquals((await over(store, id)).status, "succeeded");
    assertEquals(steps(store, id), range(40));
    await processes(home.home, id);
  }
});

Deno.test("supervisor: a process that does not get the lock is no crash, and is started again", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const id = await addWork(store, { steps: 5 });
  const supervisor = await home.start();
  await until(() => store.get(id).starts === 1);
  const lock = await lockJob(store.folder(id), { seconds: 0 }); // before the process is so far
  await until(() => supervisor.running().length === 0);
  lock!.close();
  const { status, starts } = await over(store, id);
  assertEquals([status, starts, store.attempts(id).lastCrash], ["succeeded", 2, null]);
});

Deno.test("supervisor: an alias that was to follow is settled, also after the service's end", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const id = await addWork(store, { steps: 1 }, { alias: "production" });
  let asked = 0;
  const failing = () => {
    asked++;
    return Promise.reject(new LookalikeError("unavailable", "The disk is full."));
  };
  const first = await home.start({ promote: failing });
  await over(store, id);
  await until(() => asked === 1);
  await first.close();
  assertEquals([asked, store.get(id).promotion?.status], [1, "pending"]);
  await home.start({
    promote: (job) => Promise.resolve({ status: "promoted", reason: `${job.id} is better.` }),
  });
  await until(() => store.get(id).promotion?.status !== "pending");
  assertEquals(store.get(id).promotion, { status: "promoted", reason: `${id} is better.` });
});

Deno.test("supervisor: sweeps folders of jobs that are over and of none, but not young ones", async () => {
  await using home = await supervisedHome();
  const { store } = home;
  const [queued, cancelled] = [await addWork(store), await addWork(store)];
  store.cancel(cancelled); // and killed before its folder was gone
  const [young, old] = [newJobId("pretraining"), newJobId("pretraining")].map(store.folder);
  for (const folder of [young, old]) await Deno.mkdir(join(folder, "images"), { recursive: true });
  await Deno.utime(old, new Date(0), new Date(0));
  await home.start({ most: 0 });
  assertEquals(
    [store.folder(queued), store.folder(cancelled), young, old].map(exists),
    [true, false, true, false],
  );
});

/** Whether a process runs; one that has ended and that nobody asked for does not. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "State: Z");
  return !/^State:\s+Z/m.test(status);
}
