import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LookalikeError } from "../../src/errors.ts";
import type { JobError } from "../../src/jobs/job.ts";
import { newJobId } from "../../src/jobs/new_job_id.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";
import { addJob, jobsHome, PRETRAINING, PROBE, progress, PROMOTED, RESULT } from "./some_jobs.ts";

const ERROR: JobError = { code: "invalid_input", message: "There is one class only.", param: null };

/** The code and the param of what is thrown. */
function thrown(work: () => unknown): [code: string, param: string | undefined] {
  const error = assertThrows(work, LookalikeError) as LookalikeError;
  return [error.code, error.param];
}

Deno.test("jobs: from the queue to success, each step an event, the same to another process", async () => {
  await using home = await jobsHome();
  const [service, process] = [home.open(), home.open()];
  const id = newJobId("fine_tuning");
  const added = service.add({ id, request: PROMOTED, keyId: "k" }, { most: 1 });
  assertEquals([added.status, added.request, added.keyId], ["queued", PROMOTED, "k"]);
  assertEquals([added.startedAt, added.finishedAt, added.promotion], [null, null, null]);
  assertEquals(service.claim()?.id, id);
  assertEquals(service.claim(), null);
  assertEquals(service.noteStart(id).starts, 1);
  assert(process.addEvent(id, progress(10)));
  assertEquals(service.lastProgress(id)?.data.step, 10);
  assert(process.succeed(id, RESULT));
  const job = service.get(id);
  assertEquals([job.status, job.result, job.error], ["succeeded", RESULT, null]);
  assert(job.createdAt <= job.startedAt! && job.startedAt! <= job.finishedAt!);
  assertEquals(service.pendingPromotions().map((one) => one.id), [id]);
  service.settlePromotion(id, { status: "kept", reason: "It is no better." });
  assertEquals(process.get(id).promotion, { status: "kept", reason: "It is no better." });
  assertEquals(service.pendingPromotions(), []);
  const { events, hasMore } = process.events(id, { after: 0, limit: 10 });
  assertEquals(events.map(({ sequence, message }) => [sequence, message]), [
    [1, "The job waits in the queue."],
    [2, "The job is running."],
    [3, "Step 10 of 100."],
    [4, "The job has succeeded."],
    [5, "It is no better."],
  ]);
  assertEquals([hasMore, events[3].type, events[3].data], [false, "status", {
    status: "succeeded",
  }]);
});

Deno.test("jobs: events have no gaps, each key counts once, whoever adds them", async () => {
  await using home = await jobsHome();
  const stores = [home.open(), home.open()];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1), fc.nat(1), fc.integer({ min: 1, max: 6 })), { maxLength: 30 }),
      (adds) => {
        const ids = [addJob(stores[0], null), addJob(stores[0], null)];
        stores[0].claim();
        stores[1].claim();
        const expected = ids.map(() => new Set<number>());
        for (const [by, which, step] of adds) {
          assertEquals(
            stores[by].addEvent(ids[which], progress(step)),
            !expected[which].has(step),
          );
          expected[which].add(step);
        }
        for (const [which, id] of ids.entries()) {
          const { events } = stores[1].events(id, { after: 0, limit: 100 });
          assertEquals(events.map(({ sequence }) => sequence), events.map((_, at) => at + 1));
          assertEquals(events.slice(2).map(({ data }) => data.step), [...expected[which]]);
          stores[0].cancel(id);
        }
      },
    ),
    { numRuns: 10 },
  );
});

Deno.test("jobs: events come in pages, and by type", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const id = addJob(store, null);
  store.claim();
  for (let step = 1; step <= 5; step++) store.addEvent(id, progress(step));
  const pages = [0, 3, 6, 7].map((after) => store.events(id, { after, limit: 3 }));
  assertEquals(pages.map(({ events }) => events.map(({ sequence }) => sequence)), [
    [1, 2, 3],
    [4, 5, 6],
    [7],
    [],
  ]);
  assertEquals(pages.map(({ hasMore }) => hasMore), [true, true, false, false]);
  const { events } = store.events(id, { after: 4, limit: 10, types: ["progress", "checkpoint"] });
  assertEquals(events.map(({ data }) => data.step), [3, 4, 5]);
  assertEquals(store.events(id, { after: 0, limit: 10, types: ["checkpoint"] }).events, []);
});

Deno.test("jobs: one that does not run takes no events and no end", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const ends = {
    queued: (_id: string) => {},
    succeeded: (id: string) => store.succeed(id, RESULT),
    failed: (id: string) => store.fail(id, ERROR),
    cancelled: (id: string) => store.cancel(id),
  };
  for (const [status, end] of Object.entries(ends)) {
    const id = addJob(store, null);
    if (status !== "queued") store.claim();
    end(id);
    const { events } = store.events(id, { after: 0, limit: 10 });
    assertEquals(store.addEvent(id, progress(1)), false);
    store.noteCrash(id, "exit code 1");
    assertEquals(store.succeed(id, RESULT), false);
    if (status !== "queued") assertEquals(store.fail(id, ERROR), false);
    assertEquals(store.noteStart(id).starts, 0);
    assertEquals(store.get(id).status, status);
    assertEquals(store.events(id, { after: 0, limit: 10 }).events, events);
    if (status === "queued") store.cancel(id);
  }
});

Deno.test("jobs: cancelled while queued or running, and as often as one likes; not once it has ended", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const queued = addJob(store, null);
  assertEquals(store.cancel(queued).status, "cancelled");
  assertEquals(store.claim(), null);
  const running = addJob(store, null);
  store.claim();
  const { finishedAt } = store.cancel(running);
  assertEquals(store.cancel(running).finishedAt, finishedAt);
  const failed = addJob(store, null);
  assert(store.fail(failed, ERROR)); // as where its folder cannot be read
  assertEquals(thrown(() => store.cancel(failed)), ["conflict", "job"]);
  assertEquals(store.get(failed).error, ERROR);
  assertEquals(store.counts(), { queued: 0, running: 0, succeeded: 0, failed: 1, cancelled: 2 });
});

Deno.test("jobs: askers take turns, however much one of them has", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const ids = ["a1", "a2", "a3", "b1", "a4", "b2", "c1", "n1"].map((name) => {
    const keyId = name[0] === "n" ? null : name[0];
    return [addJob(store, keyId), name] as const;
  });
  const names = new Map(ids);
  const claimed = () => names.get(store.claim()?.id ?? "");
  assertEquals([claimed(), claimed(), claimed(), claimed()], ["a1", "b1", "c1", "n1"]);
  names.set(addJob(store, "d"), "d1"); // who never had a turn comes first, also if it comes last
  names.set(addJob(store, "c"), "c2");
  assertEquals([claimed(), claimed(), claimed(), claimed()], ["d1", "a2", "b2", "c2"]);
  assertEquals([claimed(), claimed(), claimed()], ["a3", "a4", undefined]);
});

Deno.test("jobs: several processes claim each job once", async () => {
  await using home = await jobsHome();
  const stores = [home.open(), home.open(), home.open()];
  for (let job = 0; job < 9; job++) addJob(stores[0], `key ${job % 2}`);
  const claimed = Array.from({ length: 12 }, (_, at) => stores[at % 3].claim()?.id ?? null);
  assertEquals(new Set(claimed.slice(0, 9)).size, 9);
  assertEquals(claimed.slice(9), [null, null, null]);
});

Deno.test("jobs: a full queue refuses, but never who has nothing in it", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const add = (keyId: string | null, most: number) =>
    store.add({ id: newJobId("fine_tuning"), request: PROBE, keyId }, { most });
  add("a", 2);
  add("a", 2);
  assertEquals(thrown(() => add("a", 2)), ["overloaded", undefined]);
  add("b", 2);
  assertEquals(thrown(() => add("b", 2)), ["overloaded", undefined]);
  assertEquals(store.counts().queued, 3);
  store.claim();
  store.claim();
  add("a", 2); // those that run wait no longer
});

Deno.test("jobs: an idempotency key is one job of its asker and kind, and of one request", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const add = (
    keyId: string | null,
    requestHash: string,
    request: typeof PROBE | typeof PRETRAINING = PROBE,
  ) =>
    store.add(
      { id: newJobId(request.kind), request, keyId },
      { most: 1, idempotency: { key: "one", requestHash } },
    ).id;
  const first = add("a", "hash");
  assertEquals(add("a", "hash"), first); // also where the queue is full
  assertEquals(thrown(() => add("a", "another")), ["conflict", "Idempotency-Key"]);
  assertNotEquals(add("b", "another"), first);
  assertNotEquals(add(null, "another"), first);
  const asker = { keyId: "a", kind: "fine_tuning" as const };
  store.claim();
  assertNotEquals(add("a", "another", PRETRAINING), first);
  assertEquals(store.byIdempotency({ key: "one", requestHash: "hash" }, asker)?.id, first);
  assertEquals(store.byIdempotency({ key: "two", requestHash: "hash" }, asker), null);
  assertEquals(
    thrown(() => store.byIdempotency({ key: "one", requestHash: "another" }, asker)),
    ["conflict", "Idempotency-Key"],
  );
  store.cancel(first);
  assertEquals(
    home.open().byIdempotency({ key: "one", requestHash: "hash" }, asker)?.status,
    "cancelled",
  );
});

Deno.test("jobs: the newest first, by kind and status, in pages", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const ids = [0, 1, 2, 3].map(() => addJob(store, null));
  const other = store.add(
    { id: newJobId("pretraining"), request: PRETRAINING, keyId: null },
    { most: 100 },
  ).id;
  store.cancel(ids[1]);
  const listed = (options: Parameters<typeof store.list>[0]) => {
    const { jobs, hasMore } = store.list(options);
    return [jobs.map(({ id }) => id), hasMore];
  };
  assertEquals(listed({ limit: 2 }), [[other, ids[3]], true]);
  assertEquals(listed({ limit: 3, after: ids[3] }), [[ids[2], ids[1], ids[0]], false]);
  assertEquals(listed({ limit: 9, kind: "pretraining" }), [[other], false]);
  assertEquals(listed({ limit: 9, kind: "fine_tuning", status: ["queued"] }), [
    [ids[3], ids[2], ids[0]],
    false,
  ]);
  assertEquals(listed({ limit: 9, status: ["running", "cancelled"] }), [[ids[1]], false]);
  assertEquals(thrown(() => store.list({ limit: 9, after: "nobody" })), ["not_found", "job"]);
});

Deno.test("jobs: attempts count from the last event that is new", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const id = addJob(store, null);
  store.claim();
  for (const step of [1, 1]) {
    store.noteStart(id);
    store.addEvent(id, progress(step));
    store.noteCrash(id, "exit code 1");
    store.addRunningTime(id, 1.5);
  }
  const kept = { lastCrash: "exit code 1", runningSeconds: 3 };
  assertEquals(store.attempts(id), { vainStarts: 1, crashes: 2, ...kept });
  store.addEvent(id, progress(2));
  assertEquals(store.attempts(id), { vainStarts: 0, crashes: 0, ...kept });
  assertEquals(store.get(id).starts, 2);
});

Deno.test("jobs: of ten thousand the oldest that is over goes, whoever waits or has an alias stays", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const keys = ["queued", "cancelled", "pending"].map((key) => {
    const idempotency = { key, requestHash: key };
    return store.add(
      { id: newJobId("fine_tuning"), request: PROMOTED, keyId: key },
      { most: 9, idempotency },
    ).id;
  });
  const [queued, cancelled, pending] = keys;
  store.cancel(cancelled);
  while (store.get(pending).status !== "running") store.claim();
  store.succeed(pending, RESULT);
  const database = new DatabaseSync(join(home.home, "jobs.db"));
  database.exec(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 9998)
    INSERT INTO jobs (id, kind, status, request, created_at)
      SELECT n, 'fine_tuning', 'failed', '{}', '' FROM numbers`,
  );
  database.close();
  assertEquals(store.get(cancelled).status, "cancelled");
  addJob(store, null);
  assertEquals(thrown(() => store.get(cancelled)), ["not_found", "job"]);
  const asker = { keyId: "cancelled", kind: "fine_tuning" as const };
  const idempotency = { key: "cancelled", requestHash: "cancelled" };
  assertEquals(store.byIdempotency(idempotency, asker), null);
  assertEquals([store.get(queued).id, store.get(pending).id], [queued, pending]);
});

Deno.test("jobs: the version changes with each write, of this process or another, and only then", async () => {
  await using home = await jobsHome();
  const [here, there] = [home.open(), home.open()];
  const seen = new Set([here.dataVersion()]);
  const id = addJob(here, null);
  seen.add(here.dataVersion());
  there.claim();
  seen.add(here.dataVersion());
  there.addEvent(id, progress(1));
  seen.add(here.dataVersion());
  here.get(id);
  there.events(id, { after: 0, limit: 1 });
  seen.add(here.dataVersion());
  assertEquals(seen.size, 4);
});

Deno.test("jobs: an id that is none is no path and no job", async () => {
  await using home = await jobsHome();
  const store = home.open();
  const id = newJobId("pretraining");
  assertMatch(id, /^ptjob-[0-9a-z]{24}$/);
  assertEquals(store.folder(id), join(home.home, "jobs", id));
  for (const wrong of ["", ".", "..", "../keys.db", `${id}/..`, `${id}x`, id.toUpperCase()]) {
    assertEquals(thrown(() => store.folder(wrong)), ["not_found", "job"]);
    assertEquals(thrown(() => store.get(wrong)), ["not_found", "job"]);
    assertEquals(thrown(() => store.addEvent(wrong, progress(1))), ["not_found", "job"]);
  }
});

Deno.test("jobs: a file that is no database is a sentence", async () => {
  await using home = await jobsHome();
  await Deno.writeTextFile(join(home.home, "jobs.db"), "not a database ".repeat(100));
  assertEquals(thrown(() => openJobStore(home.home)), ["damaged", undefined]);
});
