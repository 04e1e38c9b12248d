import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { createMeanColourRunner } from "../../embed/mean_colour_runner.ts";
import { picture64 } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";
import { addColours } from "./colours.ts";

await startTensorFlow({ device: "cpu" }); // search runs on it

const COLLECTION = "/v1/collections/pictures";
const REEMBEDDING = `${COLLECTION}/reembedding`;

/** Waits until a collection has come to another model. */
async function switched({ json }: TestService, model: string): Promise<void> {
  while (true) {
    const { body } = await json("GET", COLLECTION);
    assert(body.reembedding?.status !== "failed", body.reembedding?.error);
    if (body.model === model) return assertEquals(body.reembedding, null);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("re-embedding: old vectors serve until the new ones are there", async () => {
  const latch = Promise.withResolvers<void>();
  let held = false;
  await using service = await startService({
    createRunner: () =>
      createMeanColourRunner({ before: () => held ? latch.promise : Promise.resolve() }),
  });
  const { json } = service;
  await addColours(service);
  const before = (await json("GET", REEMBEDDING)).body;
  assertEquals([before.model, before.status, before.done], ["colours@2", "done", 4]);
  held = true;
  const begun = await json("PUT", REEMBEDDING, { model: "colours@1" });
  assertEquals([begun.status, begun.body.model], [200, "colours@2"]);
  const { status, body } = await json("GET", REEMBEDDING);
  assertEquals([status, body], [200, {
    object: "collection.reembedding",
    model: "colours@1",
    dimension: 3,
    status: "running",
    error: null,
    done: 0,
    total: 4,
    started_at: body.started_at,
  }]);
  const search = { vector: [1, 0, 0], k: 1 };
  assertEquals((await json("POST", `${COLLECTION}/search`, search)).body.data[0].id, "red");
  held = false;
  latch.resolve();
  await switched(service, "colours@1");
  assertEquals((await json("POST", `${COLLECTION}/search`, search)).body.data[0].id, "red");
  const { body: after } = await json("GET", REEMBEDDING);
  assertEquals(after, { ...body, status: "done", done: 4, started_at: null });
});

Deno.test("re-embedding: items that come meanwhile are in the new vectors too", async () => {
  await using service = await startService();
  const { json } = service;
  await addColours(service);
  await json("PUT", REEMBEDDING, { model: "colours@1" });
  const added = await Promise.all(Array.from({ length: 6 }, async (_, at) => {
    const items = [{ id: `late ${at}`, image: await picture64([0, at * 40, 255]) }];
    return (await json("PUT", `${COLLECTION}/items`, { items })).status;
  }));
  assertEquals(added, Array(6).fill(200)); // also those that were embedded as it was switched
  await switched(service, "colours@1");
  const { body } = await json("GET", COLLECTION);
  assertEquals([body.model, body.count], ["colours@1", 10]);
  const image = await picture64([0, 200, 255]);
  const { body: hits } = await json("POST", `${COLLECTION}/search`, { image, k: 1 });
  assertEquals(hits.data[0].id, "late 5");
});

Deno.test("re-embedding: an upsert that switches overtake is embedded again", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await json("POST", "/v1/collections", { name: "pictures", model: "colours@2" });
  const { upsert } = collections;
  const ways = ["colours@1", "colours@2"]; // there and back, so that it ends as it began
  let tries = 0;
  collections.upsert = async (name, batch) => {
    const model = ways[tries++];
    if (model !== undefined) { // between its embedding and its writing
      await json("PUT", REEMBEDDING, { model });
      await switched(service, model);
    }
    return await upsert(name, batch);
  };
  const items = [{ id: "a", image: await picture64([1, 2, 3]) }];
  assertEquals((await json("PUT", `${COLLECTION}/items`, { items })).body.inserted, 1);
  assertEquals(tries, 3);
  const named = await json("PUT", `${COLLECTION}/items`, { model: "colours@1", items });
  assertEquals([named.status, named.body.error.param], [409, "model"]);
});

Deno.test("re-embedding: cancelled, the collection stays with the model that it has", async () => {
  const latch = Promise.withResolvers<void>();
  let held = false;
  await using service = await startService({
    createRunner: () =>
      createMeanColourRunner({ before: () => held ? latch.promise : Promise.resolve() }),
  });
  const { json } = service;
  await addColours(service);
  held = true;
  await json("PUT", REEMBEDDING, { model: "colours@1" });
  for (const _ of ["the first time", "again"]) {
    const { status, body } = await json("DELETE", REEMBEDDING);
    assertEquals([status, body.model, body.reembedding], [200, "colours@2", null]);
  }
  latch.resolve();
  const again = await json("PUT", REEMBEDDING, { model: "colours@1" });
  assertEquals(again.status, 200);
  await switched(service, "colours@1");
});

Deno.test("re-embedding: refused without originals, to the same model, and to none there is", async () => {
  await using service = await startService();
  const { json } = service;
  await addColours(service);
  await json("PUT", "/v1/collections/own/items", { items: [{ id: "x", vector: [1] }] });
  const cases: [name: string, body: unknown, status: number][] = [
    ["pictures", { model: "colours@2" }, 409],
    ["pictures", { model: "dogs" }, 404],
    ["pictures", {}, 400],
    ["none", { model: "colours" }, 404],
    ["own", { model: "colours" }, 409],
  ];
  for (const [name, body, status] of cases) {
    const answer = await json("PUT", `/v1/collections/${name}/reembedding`, body);
    assertEquals(answer.status, status, JSON.stringify([name, body, answer.body]));
  }
  for (const method of ["GET", "DELETE"]) {
    assertEquals((await json(method, "/v1/collections/none/reembedding")).status, 404);
  }
});
