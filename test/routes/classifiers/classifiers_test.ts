import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { MEAN_COLOURS } from "../../embed/mean_colour_runner.ts";
import { picture64 } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";
import { addVectors, CLASSES, colourVectors } from "./colour_vectors.ts";

await startTensorFlow({ device: "cpu" });

/** Fits to the collection and expects that to succeed. */
async function fit({ json }: TestService, given: object = {}) {
  const { status, body } = await json("POST", "/v1/classifiers", {
    ...{ name: "colours", collection: "pictures" },
    ...given,
  });
  assertEquals(status, 200, JSON.stringify(body));
  return body;
}

for (const kind of ["linear", "knn"]) {
  Deno.test(`classifiers: a ${kind} one is fitted to the labelled items of a collection`, async () => {
    await using service = await startService();
    await addVectors(service, { count: 90, labelled: 60 });
    const made = await fit(service, { kind });
    assertEquals(
      [made.id, made.object, made.kind, made.model, made.layer, made.dimension, made.aliases],
      ["colours@1", "classifier", kind, "colours@2", 0, 3, []],
    );
    assertEquals([made.classes, made.examples], [CLASSES.toSorted(), [20, 20, 20]]);
    assertEquals([made.metrics.by, made.metrics.count], ["cross-validation", 60]);
    assert(made.metrics.accuracy > 0.95);
    const right = made.metrics.confusion.reduce(
      (sum: number, row: number[], label: number) => sum + row[label],
      0,
    );
    assertAlmostEquals(right / 60, made.metrics.accuracy, 1e-9);
    assertEquals(made.warnings, []);
    assertEquals(made.lineage, {
      method: kind === "linear" ? "probe" : "knn",
      startedFrom: "colours@2",
      collection: "pictures",
    });
    assert(Math.abs(made.created_at - Date.now() / 1000) < 60);
    assertEquals((await service.json("GET", "/v1/classifiers/colours")).body, made);
  });
}

Deno.test("classifiers: the labels of a request stand in place of those that items have", async () => {
  await using service = await startService();
  await addVectors(service, { count: 30 });
  const labels = Array.from({ length: 12 }, (_, at) => ({
    id: `${at}`,
    label: at % 3 === 0 ? "warm" : "cold",
  }));
  labels.push(labels[0]); // said twice, the same
  const made = await fit(service, { labels });
  assertEquals([made.classes, made.examples], [["cold", "warm"], [8, 4]]);
  assertEquals(made.warnings.length, 2);
  assertEquals((await service.collections.item("pictures", "0")).label, "red"); // as it was
});

Deno.test("classifiers: images and vectors of a request are learnt from alike", async () => {
  await using service = await startService();
  const images = await Promise.all(
    ([[200, 9, 9], [9, 200, 9], [255, 0, 0], [0, 255, 5]] as const).map(async ([r, g, b]) => ({
      image: await picture64([r, g, b]),
      label: r > g ? "red" : "green",
    })),
  );
  const vectors = colourVectors(9).filter(({ label }) => label !== "blue")
    .map(({ vector, label }) => ({ vector: Array.from(vector, (value) => value * 50), label }));
  const response = await service.ask("/v1/classifiers", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      ...{ name: "mixed", model: "colours", kind: "linear", l2: 0.01 },
      examples: [...images, ...vectors],
    }),
  });
  const made = await response.json();
  assertEquals([response.status, made.model, made.l2], [200, "colours@2", 0.01]);
  assertStringIncludes(response.headers.get("Server-Timing")!, "decode;dur=");
  assertEquals([made.classes, made.examples], [["green", "red"], [5, 5]]);
  assertEquals(made.metrics.accuracy, 1);
  assertEquals(made.lineage, { method: "probe", startedFrom: "colours@2" });
});

Deno.test("classifiers: what cannot be learnt from is refused, and the field is named", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await addVectors(service, { count: 6 });
  await collections.create("empty", { encoder: "colours@2", dimension: 3 });
  await addVectors(service, { name: "unlabelled", count: 6, labelled: 0 });
  await addVectors(service, { name: "one", count: 6, labelled: 1 });
  await collections.create("bare", { encoder: null, dimension: 3 });
  const of = { name: "a", collection: "pictures" };
  const by = { name: "a", model: "colours" };
  const [red, green] = colourVectors(2).map(({ vector, label }) => ({
    vector: [...vector],
    label,
  }));
  const image = await picture64([255, 0, 0]);
  const wrong: [body: object, status: number, param: string | null, says: string][] = [
    [{ ...of, collection: "empty" }, 400, "collection", "it is empty"],
    [{ ...of, collection: "unlabelled" }, 400, "collection", "none of its 6 has a label"],
    [{ ...of, collection: "one" }, 400, "collection", "all are red"],
    [{ ...of, collection: "bare" }, 400, "collection", "they come without"],
    [{ ...of, collection: "nowhere" }, 404, "collection", "nowhere"],
    [
      { ...of, labels: [{ id: "0", label: "x" }, { id: "1", label: "x" }] },
      400,
      "labels",
      "all are x",
    ],
    [
      { ...of, labels: [{ id: "0", label: "x" }, { id: "gone", label: "y" }] },
      404,
      "labels",
      '"gone"',
    ],
    [
      {
        ...of,
        labels: [{ id: "0", label: "x" }, { id: "1", label: "y" }, { id: "0", label: "y" }],
      },
      400,
      "labels[2].label",
      'it has "x" before',
    ],
    [{ ...of, labels: [] }, 400, "labels", ""],
    [{ ...of, name: "-a" }, 400, "name", "1 to 64"],
    [{ ...of, kind: "tree" }, 400, "kind", ""],
    [{ ...of, kind: "knn", l2: 1 }, 400, "l2", "linear classifier alone"],
    [{ ...of, l2: -1 }, 400, "l2", ""],
    [{ ...of, layer: 1 }, 400, "layer", "with a model"],
    [{ ...of, model: "colours" }, 400, "model", "with examples"],
    [{ name: "a" }, 400, null, "either collection or examples"],
    [{ ...of, ...by, examples: [red, green] }, 400, null, "either collection or examples"],
    [{ ...by }, 400, null, "either collection or examples"],
    [{ name: "a", examples: [red, green] }, 400, "model", "with examples"],
    [
      { ...by, examples: [red, green], labels: [{ id: "0", label: "x" }] },
      400,
      "labels",
      "collection",
    ],
    [{ ...by, examples: [red, red] }, 400, "examples", "all are red"],
    [{ ...by, model: "dogs", examples: [red, green] }, 404, "model", "dogs"],
    [{ ...by, layer: 1, examples: [red, green] }, 400, "layer", "keeps no head"],
    [{ ...by, examples: [red, { label: "x" }] }, 400, "examples[1]", "either image or vector"],
    [
      { ...by, examples: [red, { label: "x", vector: [1, 2] }] },
      400,
      "examples[1].vector",
      "3 numbers",
    ],
    [
      { ...by, examples: [red, { label: "x", vector: [0, 0, 0] }] },
      400,
      "examples[1].vector",
      "zero",
    ],
    [
      { ...by, examples: [red, { label: "x", vector: [1, null, 0] }] },
      400,
      "examples[1].vector[1]",
      "",
    ],
    [{ ...by, examples: [red, { label: "", vector: [1, 0, 0] }] }, 400, "examples[1].label", ""],
    [{ ...by, examples: [red, { ...red, label: "x" }] }, 400, "examples[1].label", "examples[0]"],
    [
      { ...by, examples: [green, { image, label: "x" }, { image, label: "y" }] },
      400,
      "examples[2].label",
      "examples[1] is the same",
    ],
    [{ ...by, examples: [green, { image: "AAAA", label: "x" }] }, 400, "examples[1].image", "JPEG"],
    [
      { ...by, examples: [green, { image: "https://a.example/", label: "x" }] },
      400,
      "examples[1].image",
      "",
    ],
  ];
  for (const [body, status, param, says] of wrong) {
    const answer = await json("POST", "/v1/classifiers", body);
    const { error } = answer.body;
    assertEquals(
      [answer.status, error?.param],
      [status, param],
      JSON.stringify(body).slice(0, 200),
    );
    assertStringIncludes(error.message, says);
  }
  assertEquals((await json("GET", "/v1/classifiers")).body.data, []);
});

Deno.test("classifiers: too many examples or classes are refused, and a job is named", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await collections.create("large", { encoder: "colours@2", dimension: 3 });
  for (let from = 0; from < 5001; from += 2500) {
    const items = colourVectors(Math.min(2500, 5001 - from)).map((item, at) => ({
      id: `${from + at}`,
      ...item,
    }));
    await collections.upsert("large", { encoder: "colours@2", items });
  }
  const labels = Array.from({ length: 5001 }, (_, at) => ({ id: `${at}`, label: "x" }));
  const many = labels.slice(0, 1001).map(({ id }) => ({ id, label: id }));
  const wrong: [body: object, param: string, says: string][] = [
    [{ collection: "large" }, "collection", "5000 examples: there are 5001"],
    [{ collection: "large", labels }, "labels", "5000 examples: there are 5001"],
    [{ collection: "large", labels: many }, "labels", "261 classes: there are 1001"],
  ];
  for (const [body, param, says] of wrong) {
    const { status, body: { error } } = await json("POST", "/v1/classifiers", {
      name: "a",
      ...body,
    });
    assertEquals([status, error.code, error.param], [413, "too_large", param]);
    assertStringIncludes(error.message, says);
    assertStringIncludes(error.message, "POST /v1/fine_tuning/jobs");
  }
});

Deno.test("classifiers: an encoder that has gone is named", async () => {
  await using service = await startService();
  const { json, store } = service;
  await addVectors(service);
  await fit(service);
  await store.remove("colours@2");
  const again = await json("POST", "/v1/classifiers", { name: "a", collection: "pictures" });
  assertEquals([again.status, again.body.error.param], [404, "collection"]);
  assertStringIncludes(again.body.error.message, "colours@2");
  const images = [await picture64([255, 0, 0])];
  const predicted = await json("POST", "/v1/classifiers/colours/predict", { images });
  assertEquals([predicted.status, predicted.body.error.param], [404, "classifier"]);
  assertStringIncludes(predicted.body.error.message, "colours@2");
  const alias = await json("PUT", "/v1/classifier-aliases/live", { classifier: "colours@1" });
  assertEquals([alias.status, alias.body.error.param], [404, "classifier"]);
  // What needs no encoder is answered all the same.
  const body = { collection: "pictures", ids: ["0"] };
  assertEquals((await json("POST", "/v1/classifiers/colours/predict", body)).status, 200);
});

Deno.test("classifiers: a layer of the head may be what is learnt from", async () => {
  await using service = await startService();
  const manifest = { ...MEAN_COLOURS, head: { input: 3, layers: [5, 2] } };
  await service.store.save({ name: "headed", tensors: new Map(), manifest });
  const examples = [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]].map((vector, at) => ({
    vector,
    label: at < 2 ? "a" : "b",
  }));
  const { status, body } = await service.json("POST", "/v1/classifiers", {
    ...{ name: "deep", model: "headed", layer: 2, examples },
  });
  assertEquals([status, body.model, body.layer, body.dimension], [200, "headed@1", 2, 2]);
});

Deno.test("classifiers: they are listed page by page, described and deleted", async () => {
  await using service = await startService();
  const { json } = service;
  await addVectors(service, { count: 12 });
  for (const name of ["b", "a", "b"]) await fit(service, { name, l2: 1 });
  await service.classifiers.setAlias("production", "b@1");
  const pages = [];
  let after = "";
  for (let more = true; more;) {
    const { status, body } = await json("GET", `/v1/classifiers?limit=2${after}`);
    assertEquals([status, body.object, body.damaged], [200, "list", []]);
    const ids = body.data.map(({ id }: { id: string }) => id);
    assertEquals([body.first_id, body.last_id], [ids.at(0), ids.at(-1)]);
    pages.push(ids);
    more = body.has_more;
    after = `&after=${body.last_id}`;
  }
  assertEquals(pages, [["a@1", "b@1"], ["b@2"]]);
  const { body: [, named] } = { body: (await json("GET", "/v1/classifiers")).body.data };
  assertEquals([named.id, named.aliases, named.metrics.confusion], [
    "b@1",
    ["production"],
    undefined,
  ]);
  assertEquals((await json("GET", "/v1/classifiers/production")).body.id, "b@1");
  assertEquals((await json("GET", "/v1/classifiers/b")).body.id, "b@2");

  const pointed = await json("DELETE", "/v1/classifiers/b@1");
  assertEquals([pointed.status, pointed.body.error.param], [409, "classifier"]);
  assertEquals((await json("DELETE", "/v1/classifiers/b")).status, 400);
  const deleted = await json("DELETE", "/v1/classifiers/b@2");
  assertEquals(deleted.body, { id: "b@2", object: "classifier", deleted: true });
  assertEquals((await json("DELETE", "/v1/classifiers/b@2")).status, 404);
  const gone = await json("GET", "/v1/classifiers/b@2");
  assertEquals([gone.status, gone.body.error.param], [404, "classifier"]);
  const behind = await json("GET", "/v1/classifiers?after=b@2"); // though it is deleted
  assertEquals([behind.body.data, behind.body.last_id, behind.body.has_more], [[], null, false]);
  for (const query of ["limit=0", "limit=101", "limit=x", "more=1", `after=${"x".repeat(129)}`]) {
    assertEquals((await json("GET", `/v1/classifiers?${query}`)).status, 400, query);
  }
  assertEquals((await json("GET", `/v1/classifiers/${"x".repeat(129)}`)).status, 400);
});

Deno.test("classifiers: a damaged one is listed apart, and the others answer", async () => {
  await using service = await startService();
  const { json, home } = service;
  await addVectors(service, { count: 12 });
  for (const name of ["a", "b"]) await fit(service, { name, l2: 1 });
  await Deno.truncate(`${home}/classifiers/a/1/manifest.json`, 9);
  await Deno.writeTextFile(`${home}/classifiers/aliases.json`, "{");
  const { body } = await json("GET", "/v1/classifiers");
  assertEquals(body.data.map(({ id }: { id: string }) => id), ["b@1"]);
  assertEquals([body.damaged[0].id, body.damaged[0].aliases], ["a@1", []]);
  assertStringIncludes(body.damaged[0].message, "classifiers/a/1/manifest.json");
  const asked = await json("GET", "/v1/classifiers/a");
  assertEquals([asked.status, asked.body.error.code], [500, "damaged"]);
  assertEquals((await json("GET", "/v1/classifiers/b")).status, 200);
  assertEquals((await json("GET", "/v1/classifier-aliases")).body.error.code, "damaged");
});

Deno.test("classifiers: fits that come at once take turns, and too many are refused", async () => {
  await using service = await startService();
  await addVectors(service, { count: 30 });
  const body = { name: "a", collection: "pictures" };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => service.json("POST", "/v1/classifiers", body)),
  );
  const statuses = answers.map(({ status }) => status);
  assertEquals(statuses.filter((status) => status === 200).length, 8);
  assertEquals(statuses.filter((status) => status === 429).length, 2);
  const versions = answers.filter(({ status }) => status === 200).map(({ body }) => body.version);
  assertEquals(versions.map(Number).toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test("classifiers: when time is up nothing is saved", async () => {
  await using service = await startService({ limits: { requestSeconds: 0.001 } });
  await addVectors(service, { count: 300 });
  const { status } = await service.json("POST", "/v1/classifiers", {
    ...{ name: "a", collection: "pictures" },
  });
  assertEquals(status, 504);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals((await service.classifiers.list()).manifests, []);
});

Deno.test("classifiers: who may only read may ask, and not fit", async () => {
  await using service = await startService({ access: { required: true } });
  await addVectors(service, { count: 12 });
  const { token } = service.keys.create({ name: "reader", scopes: ["read"] });
  const { token: trainer } = service.keys.create({ name: "trainer", scopes: ["train"] });
  const fitting = { name: "a", collection: "pictures", l2: 1 };
  const asking = { collection: "pictures", ids: ["0"] };
  const as = (key: string) => async (method: string, path: string, body?: object) =>
    (await service.json(method, path, body, { token: key })).status;
  assertEquals(await as(token)("POST", "/v1/classifiers", fitting), 403);
  assertEquals(await as(trainer)("POST", "/v1/classifiers", fitting), 200);
  assertEquals(await as(token)("GET", "/v1/classifiers/a"), 200);
  assertEquals(await as(token)("POST", "/v1/classifiers/a/predict", asking), 200);
  for (const method of ["PUT", "DELETE"]) {
    const body = method === "PUT" ? { classifier: "a@1" } : undefined;
    assertEquals(await as(token)(method, "/v1/classifier-aliases/live", body), 403);
  }
  assertEquals(await as(token)("DELETE", "/v1/classifiers/a@1"), 403);
});
