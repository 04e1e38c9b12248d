import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { decodeSafetensors } from "../../../src/encoders/safetensors.ts";
import { ADMIN_KEY, startService, type TestService } from "../service.ts";
import { addPictures, FINE_TUNING, PRETRAINING, PROBE } from "./some_requests.ts";

const ADMIN = { token: ADMIN_KEY };

const filesOf = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function examplesOf({ jobs: { store } }: TestService, id: string) {
  return JSON.parse(await Deno.readTextFile(join(store.folder(id), "examples.json")));
}

Deno.test("fine-tuning jobs: a probe is given the vectors that the collection has", async () => {
  await using service = await startService();
  await addPictures(service);
  const { status, body: job } = await service.json("POST", FINE_TUNING, PROBE);
  assertEquals(status, 200);
  assertMatch(job.id, /^ftjob-/);
  assert(Math.abs(job.created_at - Date.now() / 1000) < 60);
  assertEquals(job, {
    object: "fine_tuning.job",
    id: job.id,
    status: "queued",
    created_at: job.created_at,
    started_at: null,
    finished_at: null,
    estimated_finish: null,
    queue_position: 1,
    error: null,
    metrics: null,
    comparisons: [],
    warnings: [],
    promotion: null,
    starts: 0,
    model: "colours@2",
    fine_tuned_model: null,
    fine_tuned_encoder: null,
    collection: "pictures",
    method: { type: "probe", layer: 0 },
    hyperparameters: {},
    seed: 0,
    held_out: 0,
    suffix: "tuned",
    organization_id: "lookalike",
    training_file: "pictures",
    validation_file: null,
    result_files: [],
    trained_tokens: null,
  });
  assertEquals((await service.json("GET", `${FINE_TUNING}/${job.id}`)).body, job);
  const folder = service.jobs.store.folder(job.id);
  assertEquals(filesOf(folder), ["examples.json", "vectors.safetensors"]);
  assertEquals(await examplesOf(service, job.id), {
    classes: ["cold", "warm"],
    examples: [
      { id: "red", label: 1, file: null },
      { id: "dark red", label: 1, file: null },
      { id: "shades/of/blue #1", label: 0, file: null },
      { id: "grün", label: 0, file: null },
    ],
  });
  const file = await Deno.readFile(join(folder, "vectors.safetensors"));
  const { shape, data } = decodeSafetensors(file).get("vectors")!;
  assertEquals([shape, [...data.slice(0, 3)]], [[4, 3], [1, 0, 0]]);
});

Deno.test("fine-tuning jobs: a training is given the images, with the unlabelled if asked", async () => {
  await using service = await startService();
  await addPictures(service);
  const full = {
    ...PROBE,
    method: { type: "full" },
    hyperparameters: { n_epochs: 3, batch_size: 2, learning_rate: "auto" },
    ...{ suffix: "kinds", seed: 7, held_out: 0.5, promote: { alias: "production" } },
  };
  const { body: job } = await service.json("POST", FINE_TUNING, full);
  const hyperparameters = {
    n_epochs: 3,
    least_steps: 200,
    batch_size: 2,
    learning_rate: 0.2,
    weight_decay: 0,
    unlabelled: "none",
    unlabelled_weight: 1,
  };
  assertEquals(
    [job.hyperparameters, job.method, job.suffix, job.seed, job.held_out],
    [hyperparameters, { type: "full", layer: 0 }, "kinds", 7, 0.5],
  );
  assertEquals(job.promotion, {
    ...{ alias: "production", when: "if_better", status: "pending", reason: null },
  });
  const images = join(service.jobs.store.folder(job.id), "images");
  const { examples } = await examplesOf(service, job.id);
  assertEquals(filesOf(images), examples.map(({ file }: { file: string }) => file).sort());
  assertEquals(examples.length, 4);
  const original = await service.collections.image("pictures", "red");
  assertEquals(await Deno.readFile(join(images, examples[0].file)), original.bytes);

  const { body: more } = await service.json("POST", FINE_TUNING, {
    ...PROBE,
    labels: [{ id: "red", label: "a" }, { id: "grey", label: "b" }],
    hyperparameters: { unlabelled: "contrastive" },
  });
  assertEquals([more.method.type, more.hyperparameters.unlabelled], ["full", "contrastive"]);
  const { classes, examples: all } = await examplesOf(service, more.id);
  assertEquals(classes, ["a", "b"]);
  const labels = all.map(({ id, label }: { id: string; label: number }) => [id, label]);
  const rest = ["dark red", "shades/of/blue #1", "grün"].map((id) => [id, null]);
  assertEquals(labels, [["red", 0], ...rest, ["grey", 1], ["white", null]]);

  const { body: given } = await service.json("POST", FINE_TUNING, {
    ...{ ...PROBE, method: { type: "probe" } },
    labels: [{ id: "grey", label: "b" }, { id: "red", label: "a" }],
  });
  const few = (await examplesOf(service, given.id)).examples;
  assertEquals(few.map(({ id, label }: Record<string, unknown>) => [id, label]), [
    ["grey", 1],
    ["red", 0],
  ]);
});

Deno.test("fine-tuning jobs: a page after the other, by kind and status, each key in turn", async () => {
  await using service = await startService({ access: { required: true } });
  const { json, keys } = service;
  await addPictures({ ...service, json: (...ask) => json(ask[0], ask[1], ask[2], ADMIN) });
  const other = keys.create({ name: "other", scopes: ["train"] });
  const reader = keys.create({ name: "reader", scopes: ["read"] });
  const ids: string[] = [];
  for (const token of [ADMIN_KEY, ADMIN_KEY, other.token]) {
    ids.push((await json("POST", FINE_TUNING, PROBE, { token })).body.id);
  }
  const { body: first } = await json("GET", `${FINE_TUNING}?limit=2`, undefined, reader);
  assertEquals(first.data.map(({ id }: { id: string }) => id), [ids[2], ids[1]]);
  assertEquals([first.has_more, first.first_id, first.last_id], [true, ids[2], ids[1]]);
  const positions = first.data.map((job: { queue_position: number }) => job.queue_position);
  assertEquals(positions, [2, 3]); // the other key's first comes before this key's second
  const next = `${FINE_TUNING}?limit=2&after=${first.last_id}`;
  const { body: second } = await json("GET", next, undefined, reader);
  assertEquals([second.data[0].id, second.has_more], [ids[0], false]);
  assertEquals((await json("GET", PRETRAINING, undefined, reader)).body.data, []);
  assertEquals((await json("GET", `${PRETRAINING}/${ids[0]}`, undefined, reader)).status, 404);
  const cancel = `${FINE_TUNING}/${ids[0]}/cancel`;
  assertEquals((await json("POST", cancel, undefined, reader)).status, 403);
  assertEquals((await json("POST", FINE_TUNING, PROBE, reader)).status, 403);
  const { body: cancelled } = await json("POST", cancel, undefined, other);
  assertEquals([cancelled.status, cancelled.queue_position], ["cancelled", null]);
  const { body: over } = await json("GET", `${FINE_TUNING}?status=cancelled`, undefined, reader);
  assertEquals(over.data.map(({ id }: { id: string }) => id), [ids[0]]);
});

Deno.test("fine-tuning jobs: an Idempotency-Key makes one job of a request", async () => {
  await using service = await startService();
  await addPictures(service);
  const ask = async (body: unknown, key = "mine") => {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await service.ask(FINE_TUNING, init);
    return { status: response.status, body: await response.json() };
  };
  const both = await Promise.all([ask(PROBE), ask({ collection: "pictures", model: "colours" })]);
  assertEquals(both[0].body.id, both[1].body.id);
  assert((await ask(PROBE, "yours")).body.id !== both[0].body.id);
  const another = await ask({ ...PROBE, seed: 1 });
  assertEquals([another.status, another.body.error.param], [409, "Idempotency-Key"]);
  assertEquals((await ask(PROBE, "x".repeat(256))).status, 400);
  assertEquals(service.jobs.store.folders().length, 2);
});

Deno.test("fine-tuning jobs: what cannot be is refused by its field, and leaves nothing", async () => {
  await using service = await startService({ jobs: { queue: 1 } });
  const { json, collections } = service;
  await addPictures(service);
  await collections.create("empty", { encoder: "colours@2", dimension: 3 });
  const vectors = (name: string, labels: (string | null)[]) =>
    collections.upsert(name, {
      encoder: "colours@2",
      items: labels.map((label, at) => ({
        ...{ id: `${at}`, label, vector: Float32Array.of(1, at, 0) },
      })),
    });
  await vectors("vectors", ["a", "b", "b"]);
  await vectors("alike", ["a", "a", null]);
  await vectors("bare", [null, null]);
  await json("PUT", "/v1/aliases/colours-taken", { model: "colours@1" });
  const full = { ...PROBE, method: { type: "full" } };
  const long = { model: "colours", collection: "pictures", suffix: "x".repeat(60) };
  const label = (id: string, label: string) => ({ id, label });
  const cases: [body: unknown, status: number, param: string][] = [
    [{ ...PROBE, model: "none" }, 404, "model"],
    [{ ...PROBE, model: "colours@9" }, 404, "model"],
    [{ ...PROBE, collection: "none" }, 404, "collection"],
    [{ ...PROBE, collection: "empty" }, 400, "collection"],
    [{ ...PROBE, collection: "alike" }, 400, "collection"],
    [{ ...PROBE, collection: "bare" }, 400, "collection"],
    [{ ...full, collection: "vectors" }, 409, "collection"], // no originals
    [{ ...PROBE, labels: [label("red", "a"), label("grey", "a")] }, 400, "labels"],
    [{ ...PROBE, labels: [label("red", "a"), label("none", "b")] }, 404, "labels"],
    [{ ...full, labels: [label("red", "a"), label("none", "b")] }, 404, "labels"],
    [
      {
        ...{ ...full, hyperparameters: { unlabelled: "contrastive" } },
        labels: [label("red", "a"), label("none", "b")],
      },
      404,
      "labels",
    ],
    [{ ...PROBE, labels: [label("red", "a"), label("red", "b")] }, 400, "labels[1].label"],
    [{ ...PROBE, method: { type: "magic" } }, 400, "method.type"],
    [{ ...PROBE, method: { type: "probe", layer: 1 } }, 400, "method.layer"],
    [{ ...PROBE, method: { type: "full", layer: 1 } }, 400, "method.layer"],
    [{ ...PROBE, method: { type: "head_layer" } }, 400, "method.layer"],
    [
      { ...PROBE, method: { type: "probe" }, hyperparameters: { n_epochs: 1 } },
      400,
      "hyperparameters",
    ],
    [{ ...PROBE, method: { type: "probe" }, held_out: 0.1 }, 400, "held_out"],
    [{ ...full, hyperparameters: { n_epochs: 1e9 } }, 400, "hyperparameters.n_epochs"],
    [
      { ...full, hyperparameters: { n_epochs: 999, batch_size: 1 } },
      400,
      "hyperparameters.n_epochs",
    ],
    [{ ...full, hyperparameters: { least_steps: 1e6 } }, 400, "hyperparameters.least_steps"],
    [{ ...full, hyperparameters: { learning_rate: -1 } }, 400, "hyperparameters.learning_rate"],
    [
      { ...full, hyperparameters: { unlabelled_weight: 2 } },
      400,
      "hyperparameters.unlabelled_weight",
    ],
    [{ ...full, hyperparameters: { depth: 3 } }, 400, "hyperparameters.depth"],
    [{ ...full, held_out: 1 }, 400, "held_out"],
    [{ ...full, seed: -1 }, 400, "seed"],
    [long, 400, "suffix"],
    [{ ...PROBE, suffix: "taken" }, 409, "suffix"],
    [{ ...PROBE, promote: { alias: "colours-tuned" } }, 409, "promote.alias"],
    [{ ...PROBE, promote: { alias: "a b" } }, 400, "promote.alias"],
  ];
  for (const [body, status, param] of cases) {
    const answer = await json("POST", FINE_TUNING, body);
    const said = [answer.status, answer.body.error?.param];
    assertEquals(said, [status, param], JSON.stringify([body, answer.body]));
  }
  const { store } = service.jobs;
  assertEquals([store.folders(), store.list({ limit: 1 }).jobs], [[], []]);
  const { body: job } = await json("POST", FINE_TUNING, PROBE);
  const full429 = await json("POST", FINE_TUNING, PROBE);
  assertEquals([full429.status, store.folders().length], [429, 1]);
  await service.jobs.supervisor.cancel(job.id);
  assertEquals(store.folders(), []);
  assertEquals((await json("POST", `${FINE_TUNING}/none/cancel`)).status, 404);
  assertEquals((await json("GET", `${FINE_TUNING}?after=none`)).status, 404);
});
