import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { type Colour, picture64 } from "./pictures.ts";
import { startService, type TestService } from "./service.ts";

await startTensorFlow({ device: "cpu" }); // search runs on it

const COLOURS: Record<string, Colour> = {
  red: [255, 0, 0],
  "dark red": [90, 5, 5],
  "shades/of/blue #1": [0, 0, 200],
  grün: [0, 255, 0],
};

/** The colours as pictures in a collection. */
async function addPictures({ json }: TestService, name = "pictures") {
  const items = await Promise.all(
    Object.entries(COLOURS).map(async ([id, colour]) => ({
      id,
      image: await picture64(colour),
      metadata: { length: id.length, of: { which: "colours" } },
    })),
  );
  return await json("PUT", `/v1/collections/${name}/items`, { model: "colours", items });
}

const ids = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);

Deno.test("collections: found by image, by vector and by item, the most similar first", async () => {
  await using service = await startService();
  const { json } = service;
  assertEquals((await addPictures(service)).body, {
    object: "collection.upserted",
    inserted: 4,
    updated: 0,
  });
  const address = "/v1/collections/pictures/search";
  const byImage = await json("POST", address, { image: await picture64([250, 0, 1]), k: 2 });
  assertEquals(ids(byImage.body), ["red", "dark red"]);
  assertAlmostEquals(byImage.body.data[0].score, 1, 1e-4);
  assertEquals(byImage.body.data[0].metadata, { length: 3, of: { which: "colours" } });
  const byVector = await json("POST", address, { vector: [0, 0, 0.001] });
  assertEquals(ids(byVector.body).length, 4);
  assertEquals(ids(byVector.body)[0], "shades/of/blue #1");
  const byItem = await json("POST", address, { id: "red" });
  assertEquals(ids(byItem.body).length, 3); // it does not find itself
  assertEquals(ids(byItem.body)[0], "dark red");
});

Deno.test("collections: described, listed, and gone when deleted", async () => {
  await using service = await startService();
  const { json } = service;
  await addPictures(service, "b");
  await json("PUT", "/v1/collections/a/items", { items: [{ id: "x", vector: [3, 4] }] });
  const { body } = await json("GET", "/v1/collections");
  const described = body.data.map(({ created_at, ...rest }: { created_at: number }) => {
    assert(Math.abs(Date.now() / 1000 - created_at) < 60);
    return rest;
  });
  assertEquals(described, [
    { object: "collection", name: "a", model: null, dimension: 2, count: 1 },
    { object: "collection", name: "b", model: "colours@2", dimension: 3, count: 4 },
  ]);
  assertEquals((await json("DELETE", "/v1/collections/a")).body.deleted, true);
  assertEquals((await json("GET", "/v1/collections/a")).status, 404);
});

Deno.test("collections: an item's id may be any text, in an address too", async () => {
  await using service = await startService();
  await addPictures(service);
  for (const id of Object.keys(COLOURS)) {
    const address = `/v1/collections/pictures/items/${encodeURIComponent(id)}`;
    assertEquals((await service.json("GET", address)).body.id, id);
    assertEquals((await service.json("DELETE", address)).body, {
      object: "collection.item.deleted",
      id,
      deleted: true,
    });
    assertEquals((await service.json("DELETE", address)).status, 404);
  }
});

Deno.test("collections: the same id is replaced, images and vectors go together", async () => {
  await using service = await startService();
  await addPictures(service);
  const { status, body } = await service.json("PUT", "/v1/collections/pictures/items", {
    items: [
      { id: "red", vector: [0, 2, 0], metadata: { now: "green" } },
      { id: "new", image: await picture64([0, 0, 9]) }, // the collection's model embeds it
    ],
  });
  assertEquals([status, body.inserted, body.updated], [200, 1, 1]);
  const { body: item } = await service.json("GET", "/v1/collections/pictures/items/red");
  assertEquals([item.vector, item.metadata], [[0, 1, 0], { now: "green" }]);
});

Deno.test("collections: what is wrong is refused by the name of its field, and nothing is kept", async () => {
  await using service = await startService({ limits: { maxImages: 3, maxResults: 5 } });
  const { json } = service;
  await json("PUT", "/v1/collections/c/items", {
    model: "colours@1",
    items: [{ id: "red", vector: [1, 0, 0] }],
  });
  await json("PUT", "/v1/collections/plain/items", { items: [{ id: "x", vector: [1, 0] }] });
  const image = await picture64([1, 2, 3]);
  const good = { id: "good", vector: [1, 1, 1] };
  let deep: unknown = {};
  for (let level = 0; level < 1000; level++) deep = { deep };

  const upserts: [body: unknown, status: number, param: string | null][] = [
    [{ items: [good, { id: "a", vector: [1, 2] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a", vector: [0, 0, 0] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a", vector: [1, null, 0] }] }, 400, "items[1].vector[1]"],
    [{ items: [good, { id: "a", vector: [1e300, 0, 0] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a", vector: [] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a" }] }, 400, "items[1]"],
    [{ items: [good, { id: "a", vector: [1, 0, 0], image }] }, 400, "items[1]"],
    [{ items: [good, { id: "a", image: "%" }] }, 400, "items[1].image"],
    [{ items: [good, { id: "a", image: btoa("no image") }] }, 400, "items[1].image"],
    [{ items: [good, { id: "", vector: [1, 0, 0] }] }, 400, "items[1].id"],
    [{ items: [good, { id: "a\n", vector: [1, 0, 0] }] }, 400, "items[1].id"],
    [{ items: [good, good] }, 400, "items[1].id"],
    [{ items: [good, { ...good, id: "a", metadata: [] }] }, 400, "items[1].metadata"],
    [{ items: [good, { ...good, id: "a", metadata: deep }] }, 400, "items[1].metadata"],
    [
      { items: [good, { ...good, id: "a", metadata: { a: "x".repeat(70_000) } }] },
      400,
      "items[1].metadata",
    ],
    [{ items: [good, { ...good, id: "a", label: 1 }] }, 400, "items[1].label"],
    [{ items: [] }, 400, "items"],
    [{ items: Array(4).fill(good) }, 400, "items"],
    [{ model: "colours@2", items: [good] }, 409, "model"],
    [{ model: "dogs", items: [good] }, 404, "model"],
  ];
  for (const [body, status, param] of upserts) {
    const answer = await json("PUT", "/v1/collections/c/items", body);
    assertEquals(
      [answer.status, answer.body.error?.param],
      [status, param],
      JSON.stringify(body).slice(0, 200),
    );
  }
  assertEquals((await json("GET", "/v1/collections/c")).body.count, 1);

  const searches: [name: string, body: unknown, status: number, param: string | null][] = [
    ["c", {}, 400, null],
    ["c", { image, id: "red" }, 400, null],
    ["c", { vector: [1, 2] }, 400, "vector"],
    ["c", { vector: [0, 0, 0] }, 400, "vector"],
    ["c", { id: "none" }, 404, "id"],
    ["c", { image: btoa("no image") }, 400, "image"],
    ["c", { id: "red", k: 0 }, 400, "k"],
    ["c", { id: "red", k: 6 }, 400, "k"],
    ["c", { id: "red", k: 1.5 }, 400, "k"],
    ["none", { id: "red" }, 404, "name"],
    ["plain", { image }, 400, "image"],
  ];
  for (const [name, body, status, param] of searches) {
    const answer = await json("POST", `/v1/collections/${name}/search`, body);
    assertEquals([answer.status, answer.body.error?.param], [status, param], JSON.stringify(body));
  }
  const { body } = await json("PUT", "/v1/collections/new/items", { items: [{ id: "a", image }] });
  assertEquals(body.error.param, "model");
});
