import { assert, assertEquals, assertThrows } from "@std/assert";
import { listen } from "../../../routes/edge/listen.ts";
import { createEventStreams } from "../../../routes/jobs/event_streams.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { newJobId } from "../../../src/jobs/new_job_id.ts";
import {
  addJob,
  PRETRAINING as REQUEST,
  progress,
  PROMOTED,
  RESULT,
} from "../../jobs/some_jobs.ts";
import { startService, type TestService } from "../service.ts";
import { readEvents, takeIds } from "./read_events.ts";
import { FINE_TUNING, PRETRAINING } from "./some_requests.ts";

const STREAM = { headers: { Accept: "text/event-stream" } };
const from = (id: string) => ({ headers: { ...STREAM.headers, "Last-Event-ID": id } });
const upTo = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1));

/** A job that runs without a process, and says so many things; two events come before. */
function addRunning({ jobs: { store } }: TestService, said: number): string {
  const id = newJobId("pretraining");
  store.add({ id, request: REQUEST, keyId: null }, { most: 1 });
  store.claim();
  for (let step = 1; step <= said; step++) store.addEvent(id, progress(step));
  return id;
}

Deno.test("job events: in pages, the oldest first; checkpoints apart", async () => {
  await using service = await startService();
  const { json, jobs: { store } } = service;
  const id = addRunning(service, 3);
  const message = "Checkpoint after step 3.";
  const data = { step: 3 };
  store.addEvent(id, { key: "checkpoint:3", level: "info", type: "checkpoint", message, data });
  const path = `${PRETRAINING}/${id}/events`;
  const { body: first } = await json("GET", `${path}?limit=4`);
  assertEquals([first.has_more, first.first_id, first.last_id], [true, "1", "4"]);
  const { body: second } = await json("GET", `${path}?after=4`);
  assertEquals(second.data.map((event: { id: string }) => event.id), ["5", "6"]);
  assertEquals([second.has_more, second.data[0].data.seconds_left], [false, 97]);
  const { body: checkpoints } = await json("GET", `${PRETRAINING}/${id}/checkpoints`);
  const [checkpoint] = checkpoints.data;
  assertEquals(checkpoint, {
    object: "pretraining.job.checkpoint",
    id: "6",
    created_at: checkpoint.created_at,
    job_id: id,
    fine_tuning_job_id: id,
    fine_tuned_model_checkpoint: null,
    step_number: 3,
    metrics: { step: 3 },
  });
  for (const query of ["?after=x", "?limit=0", "?limit=1001", "?more=1"]) {
    assertEquals((await json("GET", path + query)).status, 400, query);
  }
  assertEquals((await service.ask(path, from("x"))).status, 400);
  for (const other of [`${FINE_TUNING}/${id}`, `${PRETRAINING}/none`]) {
    assertEquals((await json("GET", `${other}/events`)).status, 404);
    assertEquals((await service.ask(`${other}/events`, STREAM)).status, 404);
    assertEquals((await json("GET", `${other}/checkpoints`)).status, 404);
  }
});

Deno.test("job events: a stream tells each as it comes, and ends after the job's last", async () => {
  await using service = await startService();
  const { store } = service.jobs;
  const id = addRunning(service, 110); // more than are read at a time
  const response = await service.ask(`${PRETRAINING}/${id}/events`, STREAM);
  assertEquals(response.headers.get("Content-Type"), "text/event-stream");
  const events = readEvents(response);
  assertEquals(await takeIds(events, 112), upTo(112));
  const next = events.next();
  store.addEvent(id, progress(111));
  const { value } = await next;
  assertEquals([value.id, value.data.object, value.data.data.step], [
    ...["113", "pretraining.job.event", 111],
  ]);
  store.succeed(id, RESULT);
  assertEquals(await takeIds(events, 9), ["114"]);
  assertEquals((await events.next()).done, true);
});

Deno.test("job events: a stream goes on where the last one broke off, and says when all was told", async () => {
  await using service = await startService();
  const { store } = service.jobs;
  const id = addRunning(service, 30);
  const path = `${PRETRAINING}/${id}/events`;
  const seen: string[] = [];
  while (seen.length < 32) {
    const events = readEvents(await service.ask(path, from(seen.at(-1) ?? "0")));
    seen.push(...await takeIds(events, 5));
    if (seen.length === 30) break;
    await events.return(undefined);
  }
  const last = readEvents(await service.ask(`${path}?after=7`, from("30"))); // the header counts
  assertEquals(await takeIds(last, 2), ["31", "32"]);
  store.fail(id, { code: "internal", message: "It broke.", param: null });
  assertEquals(await takeIds(last, 9), ["33"]);
  assertEquals((await service.ask(path, from("33"))).status, 204);
  const late = readEvents(await service.ask(path, from("31")));
  assertEquals(await takeIds(late, 9), ["32", "33"]);
  assertEquals(seen, upTo(30));
});

Deno.test("job events: a stream waits for what becomes of the alias", async () => {
  await using service = await startService();
  const { store } = service.jobs;
  const id = addJob(store, null, PROMOTED);
  store.claim();
  store.succeed(id, RESULT); // the supervisor of the service settles it
  const events = readEvents(await service.ask(`${FINE_TUNING}/${id}/events`, STREAM));
  assertEquals(await takeIds(events, 9), upTo(4));
  assertEquals(store.get(id).promotion?.status, "kept");
});

Deno.test("job events: streams end as the service drains", async () => {
  await using service = await startService();
  const id = addRunning(service, 1);
  const path = `${PRETRAINING}/${id}/events`;
  const answers = await Promise.all(upTo(3).map(() => service.ask(path, STREAM)));
  const streams = answers.map(readEvents);
  const told = await Promise.all(streams.map((events) => takeIds(events, 3)));
  assertEquals(told, streams.map(() => upTo(3)));
  const ends = streams.map((events) => events.next());
  service.phase = "draining";
  assertEquals((await Promise.all(ends)).map(({ done }) => done), [true, true, true]);
});

Deno.test("job events: there may be so many streams, and who leaves makes room", async () => {
  await using service = await startService();
  const id = addRunning(service, 1);
  const describe = () => ({});
  const streams = createEventStreams(service.services, { describe, most: 2, quietMs: 30 });
  const { signal } = new AbortController();
  const left = new AbortController();
  const first = streams.open(id, { after: 0, signal });
  streams.open(id, { after: 0, signal: left.signal });
  const refused = () =>
    assertThrows(() => streams.open(id, { after: 0, signal }), LookalikeError, "at once");
  refused();
  left.abort(); // its connection broke, though nobody read
  const third = streams.open(id, { after: 9, signal });
  refused();
  await first.cancel();
  const fourth = streams.open(id, { after: 9, signal });
  refused();
  const quiet = readEvents(new Response(third));
  assertEquals((await quiet.next()).value, { id: null, data: null }); // a comment
  await quiet.return(undefined);
  await fourth.cancel();
  const path = `${PRETRAINING}/${id}/events`;
  const all = await Promise.all(upTo(65).map(() => service.ask(path, STREAM)));
  assertEquals(all.map(({ status }) => status).sort(), [...Array(64).fill(200), 429]);
  await Promise.all(all.map(({ body }) => body?.cancel()));
  for (const _ of upTo(65)) { // which has no stream to read
    assertEquals((await service.app.request(path, { method: "HEAD", ...STREAM })).status, 200);
  }
});

Deno.test("job events: over a socket, neither compressed nor cut by the time limit; the end is not held up", async () => {
  await using service = await startService({ limits: { requestSeconds: 1 } });
  const id = addRunning(service, 1);
  const { store } = service.jobs;
  const server = listen(service.app.fetch, { host: "127.0.0.1", port: 0 });
  const url = `${server.url}${PRETRAINING}/${id}/events`;
  const left = new AbortController();
  const leaving = await fetch(url, { ...STREAM, signal: left.signal });
  const headers = { ...STREAM.headers, "Accept-Encoding": "gzip, br" };
  const response = await fetch(url, { headers });
  assertEquals(response.headers.get("Content-Encoding"), null);
  const events = readEvents(response);
  assertEquals(await takeIds(events, 3), upTo(3));
  await takeIds(readEvents(leaving.clone()), 3);
  left.abort();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  store.addEvent(id, progress(2));
  assertEquals(await takeIds(events, 1), ["4"]);
  service.phase = "draining";
  const begun = performance.now();
  const end = server.close();
  assertEquals((await events.next()).done, true);
  await end;
  assert(performance.now() - begun < 3000);
});
