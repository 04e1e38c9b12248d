import { assert, assertEquals } from "@std/assert";
import { picture64 } from "../pictures.ts";
import { startService } from "../service.ts";

Deno.test("collections: made with a model's version, or with a dimension of one's own", async () => {
  await using service = await startService();
  const { json } = service;
  const made = await json("POST", "/v1/collections", { name: "pictures", model: "colours" });
  assert(Math.abs(Date.now() / 1000 - made.body.created_at) < 60);
  assertEquals([made.status, made.body], [200, {
    object: "collection",
    name: "pictures",
    model: "colours@2", // the newest there is now
    dimension: 3,
    metric: "cosine",
    index: "exact",
    images: "original",
    count: 0,
    created_at: made.body.created_at,
    reembedding: null,
  }]);
  const own = { name: "own", dimension: 2, metric: "euclidean", index: "hnsw", images: "none" };
  const { body } = await json("POST", "/v1/collections", own);
  assertEquals([body.model, body.dimension, body.metric, body.index, body.images], [
    null,
    2,
    "euclidean",
    "hnsw",
    "none",
  ]);
  const { status, body: again } = await json("POST", "/v1/collections", own);
  assertEquals([status, again.error.code], [409, "conflict"]);
});

Deno.test("collections: listed by name, described, changed, and gone when deleted", async () => {
  await using service = await startService();
  const { json } = service;
  await json("POST", "/v1/collections", { name: "b", model: "colours@1" });
  await json("PUT", "/v1/collections/a/items", { items: [{ id: "x", vector: [3, 4] }] });
  const { body: list } = await json("GET", "/v1/collections");
  const of = ({ name, model, dimension, count }: Record<string, unknown>) =>
    [name, model, dimension, count].join();
  assertEquals(list.data.map(of), ["a,,2,1", "b,colours@1,3,0"]);
  assertEquals((await json("PATCH", "/v1/collections/a", { index: "hnsw" })).body.index, "hnsw");
  assertEquals((await json("GET", "/v1/collections/a")).body.index, "hnsw");
  assertEquals((await json("DELETE", "/v1/collections/a")).body, {
    object: "collection.deleted",
    id: "a",
    deleted: true,
  });
  assertEquals((await json("GET", "/v1/collections/a")).status, 404);
  assertEquals((await json("DELETE", "/v1/collections/a")).status, 404);
});

Deno.test("collections: what is wrong of one is refused by the name of its field", async () => {
  await using service = await startService();
  const wrong: [body: unknown, status: number, param: string | null][] = [
    [{ name: "a" }, 400, null],
    [{ name: "a", model: "colours", dimension: 3 }, 400, null],
    [{ dimension: 3 }, 400, "name"],
    [{ name: "../a", dimension: 3 }, 400, "name"],
    [{ name: "a", dimension: 0 }, 400, "dimension"],
    [{ name: "a", dimension: 2.5 }, 400, "dimension"],
    [{ name: "a", dimension: 16_385 }, 400, "dimension"],
    [{ name: "a", dimension: 3, metric: "manhattan" }, 400, "metric"],
    [{ name: "a", dimension: 3, index: "flat" }, 400, "index"],
    [{ name: "a", dimension: 3, shards: 2 }, 400, "shards"],
    [{ name: "a", model: "dogs" }, 404, "model"],
  ];
  for (const [body, status, param] of wrong) {
    const answer = await service.json("POST", "/v1/collections", body);
    assertEquals([answer.status, answer.body.error?.param], [status, param], JSON.stringify(body));
  }
  assertEquals((await service.json("GET", "/v1/collections")).body.data, []);
  assertEquals((await service.json("PATCH", "/v1/collections/a", {})).status, 400);
  assertEquals((await service.json("PATCH", "/v1/collections/a", { index: "exact" })).status, 404);
});

Deno.test("collections: one without a model takes no images, one of a model takes no other's", async () => {
  await using service = await startService();
  const { json } = service;
  await json("POST", "/v1/collections", { name: "own", dimension: 3 });
  await json("POST", "/v1/collections", { name: "first", model: "colours@1" });
  const items = [{ id: "a", image: await picture64([1, 2, 3]) }];
  const withoutModel = await json("PUT", "/v1/collections/own/items", { items });
  assertEquals([withoutModel.status, withoutModel.body.error.param], [400, "items[0].image"]);
  const other = await json("PUT", "/v1/collections/first/items", { model: "colours@2", items });
  assertEquals([other.status, other.body.error.param], [409, "model"]);
  assertEquals((await json("PUT", "/v1/collections/first/items", { items })).body.inserted, 1);
});
