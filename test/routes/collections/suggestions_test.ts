import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { random } from "../../../src/random.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { addVectors, CLASSES, colourVectors } from "../classifiers/colour_vectors.ts";
import { startService, type TestService } from "../service.ts";

await startTensorFlow({ device: "cpu" });

const PATH = "/v1/collections/pictures/suggestions";

/** What the answer has of each item. */
interface Suggested {
  object: string;
  id: string;
  score: number;
  label: string | null;
  probability: number | null;
}

const ids = (data: Suggested[]) => data.map(({ id }) => id);
/** Of the item of an id, as `addVectors` makes them. */
const classOf = (id: string) => CLASSES[Number(id) % 3];

Deno.test("suggestions: without labels the picks are of all kinds, the same each time", async () => {
  await using service = await startService();
  const { json } = service;
  await addVectors(service, { labelled: 0 });
  const { status, body } = await json("POST", PATH, { count: 3 });
  assertEquals([status, body.object, body.strategy, body.classifier], [
    200,
    "list",
    "diversity",
    null,
  ]);
  assertEquals(new Set(ids(body.data).map(classOf)).size, 3);
  const scores = body.data.map(({ score }: Suggested) => score);
  assertEquals(scores, scores.toSorted((a: number, b: number) => b - a));
  for (const { object, label, probability } of body.data) {
    assertEquals([object, label, probability], ["collection.suggestion", null, null]);
  }
  assertEquals((await json("POST", PATH, { count: 3 })).body, body);
  const exclude = ids(body.data);
  const { body: others } = await json("POST", PATH, { count: 1000, exclude });
  assertEquals(ids(others.data).length, 57);
  assert(!ids(others.data).some((id) => exclude.includes(id)));
});

Deno.test("suggestions: what has a label is not suggested, and a kind without one is", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await addVectors(service, { labelled: 0 });
  for (const at of [0, 3, 6, 9]) await collections.patch("pictures", `${at}`, { label: "red" });
  const { body } = await json("POST", PATH, { count: 2 });
  assertEquals(body.strategy, "diversity"); // one class says nothing of what is uncertain
  assertEquals(new Set(ids(body.data).map(classOf)), new Set(["green", "blue"]));
  const all = await json("POST", PATH, { count: 1000 });
  assertEquals(all.body.data.length, 56);
});

/** 40 items of red and 40 of green, 10 of each labelled, and some between them that could be either. */
async function addDoubtful({ collections }: TestService) {
  await collections.create("pictures", { encoder: "colours@2", dimension: 3 });
  const source = random(7);
  const near = (r: number, g: number, b: number) =>
    Float32Array.of(r, g, b).map((value) => value + 0.03 * source.normal());
  const items = Array.from({ length: 90 }, (_, at) => {
    const kind = at < 40 ? "red" : at < 80 ? "green" : "between";
    const vector = kind === "red"
      ? near(1, 0, 0)
      : kind === "green"
      ? near(0, 1, 0)
      : near(1, 1, 0);
    const label = at % 4 === 0 && kind !== "between" ? kind : null;
    return { id: `${kind} ${at}`, vector, label };
  });
  await collections.upsert("pictures", { encoder: "colours@2", items });
}

Deno.test("suggestions: with labels of two classes it takes what lies between them", async () => {
  await using service = await startService();
  const { json } = service;
  await addDoubtful(service);
  const { body } = await json("POST", PATH, { count: 2 });
  assertEquals([body.strategy, body.classifier], ["uncertainty", null]);
  const [first] = body.data as Suggested[];
  assertStringIncludes(first.id, "between");
  assert(["red", "green"].includes(first.label!) && first.probability! < 0.95);
  const told = await json("POST", PATH, { count: 2, strategy: "uncertainty" });
  assertEquals(told.body, body);
  const diverse = await json("POST", PATH, { count: 2, strategy: "diversity" });
  assertEquals([diverse.body.strategy, diverse.body.data[0].label], ["diversity", null]);
});

Deno.test("suggestions: by a classifier that is named", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await addDoubtful(service);
  const fit = { name: "two", collection: "pictures" };
  assertEquals((await json("POST", "/v1/classifiers", fit)).status, 200);
  const { items } = await collections.items("pictures", { limit: 100 });
  for (const { id } of items) await collections.patch("pictures", id, { label: null });
  const { status, body } = await json("POST", PATH, { count: 4, classifier: "two" });
  assertEquals([status, body.strategy, body.classifier], [200, "uncertainty", "two@1"]);
  assertStringIncludes(body.data[0].id, "between");
});

Deno.test("suggestions: an empty collection, and one that is all labelled, have none", async () => {
  await using service = await startService();
  const { json } = service;
  await json("POST", "/v1/collections", { name: "pictures", model: "colours" });
  assertEquals((await json("POST", PATH, { count: 1 })).body.data, []);
  await addVectors(service, { name: "full", count: 9 });
  const { body } = await json("POST", "/v1/collections/full/suggestions", { count: 5 });
  assertEquals([body.strategy, body.data], ["uncertainty", []]);
});

Deno.test("suggestions: vectors of one's own, of any length, need no model", async () => {
  await using service = await startService();
  const { json } = service;
  await json("POST", "/v1/collections", { name: "pictures", dimension: 3, metric: "dot" });
  const items = colourVectors(8).map(({ vector, label }, at) => ({
    id: `${at}`,
    vector: [...vector].map((value) => value * 10 ** at),
    label: at < 4 ? label : null,
  }));
  assertEquals((await json("PUT", "/v1/collections/pictures/items", { items })).status, 200);
  const { body } = await json("POST", PATH, { count: 9 });
  assertEquals([body.strategy, ids(body.data).toSorted()], ["uncertainty", ["4", "5", "6", "7"]]);
});

Deno.test("suggestions: what cannot be is refused by name", async () => {
  await using service = await startService();
  const { json } = service;
  await addVectors(service, { labelled: 1 });
  await addVectors(service, { name: "labelled" });
  await json("POST", "/v1/classifiers", { name: "colours", collection: "labelled" });
  const wrong: [object, number, string][] = [
    [{ count: undefined }, 400, "count"],
    [{ count: 0 }, 400, "count"],
    [{ count: 1001 }, 400, "count"],
    [{ strategy: "random" }, 400, "strategy"],
    [{ strategy: "uncertainty" }, 400, "strategy"],
    [{ strategy: "diversity", classifier: "colours" }, 400, "classifier"],
    [{ classifier: "none" }, 404, "classifier"],
    [{ exclude: [""] }, 400, "exclude[0]"],
    [{ exclude: Array(1001).fill("x") }, 400, "exclude"],
    [{ seed: -1 }, 400, "seed"],
    [{ more: 1 }, 400, "more"],
  ];
  for (const [request, expected, param] of wrong) {
    const { status, body } = await json("POST", PATH, { count: 1, ...request });
    assertEquals([status, body.error?.param], [expected, param], JSON.stringify(request));
  }
  await json("POST", "/v1/collections", { name: "other", model: "colours@1" });
  const other = await json("POST", "/v1/collections/other/suggestions", {
    count: 1,
    classifier: "colours",
  });
  assertEquals([other.status, other.body.error.param], [409, "classifier"]);
  assertStringIncludes(other.body.error.message, "colours@2");
  const { status, body } = await json("POST", "/v1/collections/none/suggestions", { count: 1 });
  assertEquals([status, body.error.param], [404, "name"]);
});

Deno.test("suggestions: more at once than may wait are refused, and the rest are answered", async () => {
  await using service = await startService();
  const { json } = service;
  await addVectors(service);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => json("POST", PATH, { count: 1 })),
  );
  const statuses = answers.map(({ status }) => status);
  assertEquals(statuses.filter((status) => status === 200).length, 8);
  assertEquals(statuses.filter((status) => status === 429).length, 4);
});
