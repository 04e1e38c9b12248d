import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { addVectors, CLASSES } from "../classifiers/colour_vectors.ts";
import { type Colour, picture64 } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";

await startTensorFlow({ device: "cpu" });

const PATH = "/v1/collections/pictures/predictions";

/** A service with a classifier of colours, and a collection of pictures that are partly labelled. */
async function start(): Promise<TestService> {
  const service = await startService();
  await addVectors(service, { name: "labelled" });
  const fit = { name: "colours", collection: "labelled" };
  assertEquals((await service.json("POST", "/v1/classifiers", fit)).status, 200);
  return service;
}

/** The predictions of all items, by id. */
async function written({ collections }: TestService, field = "prediction") {
  const { items } = await collections.items("pictures", { limit: 1000 });
  return new Map(items.map(({ id, metadata }) => [id, metadata[field]])) as Map<
    string,
    { label?: string; probability: number; classifier: string } | undefined
  >;
}

Deno.test("predictions: every item has its own, page by page, and can be filtered by it", async () => {
  await using service = await start();
  const { json, collections } = service;
  await addVectors(service, { count: 60, labelled: 0 });
  await collections.patch("pictures", "7", { metadata: { mine: 1 } });
  let pages = 0;
  let count = 0;
  let after: string | undefined;
  do {
    const { status, body } = await json("POST", PATH, { classifier: "colours", limit: 25, after });
    assertEquals([status, body.object, body.classifier, body.skipped], [
      200,
      "collection.predictions",
      "colours@1",
      0,
    ]);
    pages++;
    count += body.written;
    after = body.next ?? undefined;
  } while (after !== undefined);
  assertEquals([pages, count], [3, 60]);
  const all = await written(service);
  for (const [id, prediction] of all) {
    assertEquals([prediction!.label, prediction!.classifier], [
      CLASSES[Number(id) % 3],
      "colours@1",
    ]);
    assert(prediction!.probability > 0.5 && prediction!.probability <= 1);
  }
  const item = await collections.item("pictures", "7");
  assertEquals([item.label, item.metadata.mine], [null, 1]);
  const filter = { field: "metadata.prediction.label", eq: "green" };
  const search = { vector: [1, 1, 1], k: 60, filter };
  const { body: hits } = await json("POST", "/v1/collections/pictures/search", search);
  assertEquals(hits.data.length, 20);
});

Deno.test("predictions: only those without a label, in another field, unknown where it is unsure", async () => {
  await using service = await start();
  const { json } = service;
  await addVectors(service, { count: 30, labelled: 10 });
  const request = { classifier: "colours@1", field: "guess", only: "unlabelled" };
  assertEquals((await json("POST", PATH, request)).body.written, 20);
  const guesses = await written(service, "guess");
  assertEquals([...guesses.values()].filter((guess) => guess === undefined).length, 10);
  assertEquals(guesses.get("10")!.label, "green");
  const { body } = await json("POST", PATH, { ...request, unknown_below: 1 });
  assertEquals(body.written, 20);
  for (const [id, guess] of await written(service, "guess")) {
    if (Number(id) >= 10 && guess!.probability < 1) assert(!("label" in guess!)); // that before is gone
  }
});

Deno.test("predictions: of another model's items the original images are embedded", async () => {
  await using service = await start();
  const { json, collections } = service;
  await json("POST", "/v1/collections", { name: "pictures", model: "colours@1" });
  const colours: Record<string, Colour> = {
    red: [250, 70, 70],
    green: [60, 230, 80],
    blue: [80, 70, 240],
  };
  const items = await Promise.all(
    Object.entries(colours).map(async ([id, colour]) => ({ id, image: await picture64(colour) })),
  );
  await json("PUT", "/v1/collections/pictures/items", { items });
  const bare = { id: "bare", vector: Float32Array.of(1, 0, 0) };
  await collections.upsert("pictures", { encoder: "colours@1", items: [bare] });
  const { status, body } = await json("POST", PATH, { classifier: "colours" });
  assertEquals([status, body.written, body.skipped, body.next], [200, 3, 1, null]);
  const all = await written(service);
  for (const id of Object.keys(colours)) assertEquals(all.get(id)!.label, id);
  assertEquals(all.get("bare"), undefined);
});

Deno.test("predictions: a page of nothing is a page", async () => {
  await using service = await start();
  await service.json("POST", "/v1/collections", { name: "pictures", model: "colours" });
  const { status, body } = await service.json("POST", PATH, { classifier: "colours" });
  assertEquals([status, body.written, body.skipped, body.next], [200, 0, 0, null]);
});

Deno.test("predictions: what cannot be is refused by name", async () => {
  await using service = await start();
  const { json, collections, store } = service;
  await addVectors(service, { count: 4, labelled: 0 });
  const wrong: [object, number, string][] = [
    [{}, 400, "classifier"],
    [{ classifier: "none" }, 404, "classifier"],
    [{ classifier: "colours", field: "a.b" }, 400, "field"],
    [{ classifier: "colours", field: "" }, 400, "field"],
    [{ classifier: "colours", unknown_below: 1.1 }, 400, "unknown_below"],
    [{ classifier: "colours", limit: 0 }, 400, "limit"],
    [{ classifier: "colours", limit: 10_001 }, 400, "limit"],
    [{ classifier: "colours", after: "x" }, 400, "after"],
    [{ classifier: "colours", only: "some" }, 400, "only"],
  ];
  for (const [request, expected, param] of wrong) {
    const { status, body } = await json("POST", PATH, request);
    assertEquals([status, body.error?.param], [expected, param], JSON.stringify(request));
  }
  const absent = await json("POST", "/v1/collections/none/predictions", { classifier: "colours" });
  assertEquals([absent.status, absent.body.error.param], [404, "name"]);
  await collections.patch("pictures", "2", { metadata: { full: "x".repeat(65_500) } });
  const full = await json("POST", PATH, { classifier: "colours" });
  assertEquals([full.status, full.body.error.param], [409, "field"]);
  assertStringIncludes(full.body.error.message, '"2"');
  await json("POST", "/v1/collections", { name: "other", model: "colours@1" });
  await collections.upsert("other", {
    encoder: "colours@1",
    items: [{ id: "x", vector: Float32Array.of(1, 0, 0) }],
  });
  await store.remove("colours@2");
  const gone = await json("POST", "/v1/collections/other/predictions", { classifier: "colours" });
  assertEquals([gone.status, gone.body.error.param], [404, "classifier"]);
  assertStringIncludes(gone.body.error.message, "colours@2");
});

Deno.test("predictions: only a key that may write writes them", async () => {
  await using service = await startService({ access: { required: true } });
  const { json, keys } = service;
  const { token } = keys.create({ name: "reader", scopes: ["read"] });
  const { status } = await json("POST", PATH, { classifier: "colours" }, { token });
  assertEquals(status, 403);
});
