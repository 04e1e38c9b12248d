import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { startService, type TestService } from "../service.ts";
import { addPictures, FINE_TUNING, PRETRAINING } from "./some_requests.ts";

const COLLECTION = { collection: "pictures", name: "flowers" };

async function endOf({ json }: TestService, id: string) {
  while (true) {
    const { body: job } = await json("GET", `${PRETRAINING}/${id}`);
    if (job.status !== "queued" && job.status !== "running") return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("pretraining jobs: one is run to its end, and tells of itself", async () => {
  await using service = await startService({ jobs: { most: 1 } });
  const { json } = service;
  await addPictures(service);
  const { status, body } = await json("POST", PRETRAINING, {
    ...COLLECTION,
    from: "colours",
    preset: "quickstart",
    hyperparameters: { epochs: 2, batch_size: 4, does: "work", steps: 4, stepMs: 5 },
  });
  assertEquals([status, body.object, body.model], [200, "pretraining.job", null]);
  assertEquals(
    [body.from, body.collection, body.folder, body.preset],
    ["colours@2", "pictures", null, "quickstart"],
  );
  const job = await endOf(service, body.id);
  assertEquals([job.status, job.starts, job.error], ["succeeded", 1, null]);
  assertEquals(job.hyperparameters, {
    ...{ epochs: 2, batch_size: 4, does: "work", steps: 4, step_ms: 5 },
  });
  assert(job.finished_at >= job.started_at && job.started_at >= job.created_at);
  const cancel = await json("POST", `${PRETRAINING}/${body.id}/cancel`);
  assertEquals([cancel.status, cancel.body.error.param], [409, "job"]);
  const { body: events } = await json("GET", `${PRETRAINING}/${body.id}/events`);
  assertEquals(events.data.map(({ data }: { data: { step?: number } }) => data.step ?? null), [
    ...[null, null, 1, 2, 3, 4, null],
  ]);
  assertEquals(events.data[2].data.total_steps, 100);
});

Deno.test("pretraining jobs: it fails with its reason, and while it runs its end is estimated", async () => {
  await using service = await startService({ jobs: { most: 1 } });
  const { json } = service;
  await addPictures(service);
  const ask = async (does: string, steps: number) => {
    const hyperparameters = { does, steps, stepMs: 5 };
    return (await json("POST", PRETRAINING, { ...COLLECTION, hyperparameters })).body.id;
  };
  const failed = await endOf(service, await ask("fail", 3));
  assertEquals([failed.status, failed.error.code], ["failed", "not_finite"]);
  const id = await ask("work", 100_000);
  while (true) {
    const { body: job } = await json("GET", `${PRETRAINING}/${id}`);
    if (job.estimated_finish !== null) {
      assert(Math.abs(job.estimated_finish - Date.now() / 1000) < 110);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { body: cancelled } = await json("POST", `${PRETRAINING}/${id}/cancel`);
  assertEquals([cancelled.status, cancelled.estimated_finish], ["cancelled", null]);
  assertEquals(service.jobs.supervisor.running(), []);
  assertEquals((await json("POST", `${PRETRAINING}/${id}/cancel`)).body.status, "cancelled");
});

Deno.test("pretraining jobs: a folder must be an allowed one, wherever links lead", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    const allowed = join(root, "allowed");
    for (const folder of ["allowed/photos", "allowed-not", "secret"]) {
      await Deno.mkdir(join(root, folder), { recursive: true });
    }
    await Deno.writeTextFile(join(allowed, "file"), "");
    await Deno.symlink(join(root, "secret"), join(allowed, "out"));
    await Deno.symlink(join(allowed, "photos"), join(root, "in"));
    await using service = await startService({ jobs: { folders: [allowed, "/none"] } });
    const ask = (folder: string) => service.json("POST", PRETRAINING, { folder, name: "flowers" });
    for (const folder of [join(allowed, "photos"), allowed, join(root, "in")]) {
      const { status, body } = await ask(folder);
      assertEquals([status, body.folder], [200, await Deno.realPath(folder)]);
    }
    const refused = await Promise.all(
      [
        ...["secret", "allowed-not", "none", "allowed/out", "allowed/../secret", "allowed/file"]
          .map((path) => join(root, path)),
        ...[`${allowed}/out`, `${allowed}/photos/../../secret`, "allowed", "/", "\u0000"],
      ].map(ask),
    );
    for (const { status, body } of refused) {
      assertEquals([status, body.error.param], [403, "folder"]);
      assertEquals(body, refused[0].body); // there or not
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("pretraining jobs: what cannot be is refused by its field, and leaves nothing", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await addPictures(service);
  await collections.upsert("one", {
    ...{ encoder: null, items: [{ id: "a", vector: Float32Array.of(1) }] },
  });
  await collections.upsert("two", {
    encoder: null,
    items: ["a", "b"].map((id) => ({ id, vector: Float32Array.of(1) })),
  });
  await json("PUT", "/v1/aliases/production", { model: "colours@1" });
  const field = "hyperparameters";
  const cases: [body: unknown, status: number, param: string | undefined][] = [
    [{ name: "flowers" }, 400, undefined],
    [{ ...COLLECTION, folder: "/photos" }, 400, undefined],
    [{ ...COLLECTION, name: "a b" }, 400, "name"],
    [{ ...COLLECTION, name: "production" }, 409, "name"],
    [{ ...COLLECTION, collection: "none" }, 404, "collection"],
    [{ ...COLLECTION, collection: "one" }, 400, "collection"],
    [{ ...COLLECTION, collection: "two" }, 409, "collection"], // no originals
    [{ ...COLLECTION, from: "none" }, 404, "from"],
    [{ ...COLLECTION, promote: { alias: "colours" } }, 409, "promote.alias"],
    [{ ...COLLECTION, [field]: { epochs: 0 } }, 400, `${field}.epochs`],
    [{ ...COLLECTION, [field]: { epochs: "7" } }, 400, `${field}.epochs`],
    [{ ...COLLECTION, [field]: { epochs: 1e6 } }, 400, `${field}.epochs`],
    [{ ...COLLECTION, [field]: { epochs: 999, batch_size: 2 } }, 400, `${field}.epochs`],
    [{ ...COLLECTION, [field]: { batchSize: 1 } }, 400, `${field}.batch_size`],
    [{ ...COLLECTION, [field]: { batchSize: 4, batch_size: 4 } }, 400, field],
    [{ ...COLLECTION, [field]: { seed: [1] } }, 400, `${field}.seed`],
    [{ ...COLLECTION, [field]: { "../x": 1 } }, 400, `${field}.../x`],
  ];
  for (const [body, status, param] of cases) {
    const answer = await json("POST", PRETRAINING, body);
    const said = [answer.status, answer.body.error?.param ?? undefined];
    assertEquals(said, [status, param], JSON.stringify([body, answer.body]));
  }
  assertEquals(service.jobs.store.folders(), []);
  const { body } = await json("POST", PRETRAINING, COLLECTION);
  assertEquals((await json("GET", `${FINE_TUNING}/${body.id}`)).status, 404);
});
