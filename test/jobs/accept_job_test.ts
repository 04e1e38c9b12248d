import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { acceptJob, type JobOrder } from "../../src/jobs/accept_job.ts";
import { addJob, jobsHome, PROBE } from "./some_jobs.ts";

/** Somebody's wish for a probe whose file is filled in some way. */
function orderOf(
  fill: (folder: string, signal: AbortSignal) => Promise<void>,
  rest: Partial<JobOrder> = {},
): JobOrder {
  const draft = () => Promise.resolve({ request: PROBE, fill });
  const { signal } = new AbortController();
  return { kind: "fine_tuning", draft, keyId: null, signal, ...rest };
}

const write = (folder: string) => Deno.writeTextFile(join(folder, "examples.json"), "{}");

async function refusal(job: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => job, LookalikeError)).code;
}

Deno.test("accepting a job: its files are there before it is", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const fill = async (folder: string) => {
    assertEquals(store.list({ limit: 1 }).jobs, []);
    await write(folder);
  };
  const job = await acceptJob(orderOf(fill, { keyId: "k" }), { store, most: 1 });
  assertEquals([job.status, job.keyId, job.request], ["queued", "k", PROBE]);
  assertEquals(await Deno.readTextFile(join(store.folder(job.id), "examples.json")), "{}");
});

Deno.test("accepting a job: what fails, and what nobody waits for, leaves nothing", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const left = new AbortController();
  const conflict = new LookalikeError("conflict", "There is something else.");
  const cases: [order: JobOrder, code: string][] = [
    [
      orderOf(async (folder) => {
        await write(folder);
        throw conflict;
      }),
      "conflict",
    ],
    [orderOf((folder) => Deno.mkdir(join(folder, "a/b"))), "unavailable"], // what the disk says
    [
      orderOf(async (folder, signal) => {
        await write(folder);
        left.abort();
        signal.throwIfAborted();
      }, { signal: left.signal }),
      "interrupted",
    ],
    [orderOf(write, { signal: AbortSignal.abort() }), "interrupted"],
    [orderOf(write, { draft: () => Promise.reject(conflict) }), "conflict"],
  ];
  for (const [order, code] of cases) {
    assertEquals(await refusal(acceptJob(order, { store, most: 1 })), code);
    assertEquals([store.folders(), store.list({ limit: 1 }).jobs], [[], []]);
  }
  await assertRejects(
    () => acceptJob(orderOf(() => Promise.reject(new TypeError("a bug"))), { store, most: 1 }),
    TypeError,
  );
  assertEquals(store.folders(), []);
});

Deno.test("accepting a job: a full queue refuses before any file is written, but not an asker's first", async () => {
  await using home = await jobsHome();
  const store = home.open();
  for (const keyId of ["many", "many", "other"]) addJob(store, keyId);
  const untouched = orderOf(() => Promise.resolve(), {
    draft: () => Promise.reject(new Error("it is asked for")),
    keyId: "many",
  });
  assertEquals(await refusal(acceptJob(untouched, { store, most: 3 })), "overloaded");
  const first = await acceptJob(orderOf(write, { keyId: "new" }), { store, most: 3 });
  assertEquals(first.status, "queued");
});

Deno.test("accepting a job: one Idempotency-Key at once makes one job and one folder", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const idempotency = { key: "mine", requestHash: "a" };
  const order = orderOf(write, { idempotency });
  const jobs = await Promise.all(
    Array.from({ length: 4 }, () => acceptJob(order, { store, most: 9 })),
  );
  assertEquals(new Set(jobs.map(({ id }) => id)).size, 1);
  assertEquals(store.folders(), [store.folder(jobs[0].id)]);
  const other = { ...order, idempotency: { key: "mine", requestHash: "b" } };
  assertEquals(await refusal(acceptJob(other, { store, most: 9 })), "conflict");
  const anothers = await acceptJob({ ...order, keyId: "k" }, { store, most: 9 });
  assert(anothers.id !== jobs[0].id);
});
