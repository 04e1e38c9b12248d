import { assert, assertEquals } from "@std/assert";
import { unitVector } from "../../src/collections/checks.ts";
import type { CollectionItem, Collections } from "../../src/collections/collections.ts";
import { random } from "../../src/random.ts";
import {
  type ContractTest,
  itemOf,
  nested,
  randomItems,
  refused,
  search,
} from "./contract_helpers.ts";
import { itemsContract } from "./contract_items.ts";
import { linksContract } from "./contract_links.ts";
import { reembeddingContract } from "./contract_reembedding.ts";
import { searchContract } from "./contract_search.ts";
import { vectorsContract } from "./contract_vectors.ts";
import { nearest } from "./oracle.ts";

/** How the suite gets at an adapter. */
export interface Adapter {
  /** Opens collections in a place; the same place again gives what was kept there. */
  open(place: string): Collections;
}

/**
 * What every adapter of {@link Collections} must do, as tests. The adapter's own test file starts
 * TensorFlow if it needs it.
 *
 * @param name What the tests' names call the adapter.
 * @param adapter The adapter.
 */
export function collectionsContract(name: string, adapter: Adapter): void {
  const test: ContractTest = (what, body) =>
    Deno.test(`${name}: ${what}`, async () => {
      const place = await Deno.makeTempDir();
      const collections = adapter.open(place);
      try {
        await body(collections, place);
      } finally {
        await collections.close();
        await Deno.remove(place, { recursive: true });
      }
    });

  test("keeps items, and over a restart too", async (collections, place) => {
    const metadata = { file: "train/a/é\u0000.jpg", nested: { list: [1, null, "x"] } };
    const id = "train/a/日本 1.jpg";
    const items = [{ id, vector: Float32Array.of(3, 4), metadata }, itemOf("b", 1, 0)];
    const counts = await collections.upsert("flowers", { encoder: "simclr@3", items });
    assertEquals(counts, { inserted: 2, updated: 0 });
    const check = async (collections: Collections) => {
      const { createdAt, ...info } = await collections.get("flowers");
      assertEquals(info, {
        name: "flowers",
        encoder: "simclr@3",
        dimension: 2,
        count: 2,
        metric: "cosine",
        index: "exact",
        images: "original",
        reembedding: null,
      });
      assert(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
      assertEquals(await collections.list(), [{ createdAt, ...info }]);
      const item = await collections.item("flowers", id);
      assertEquals(item.vector, Float32Array.of(0.6, 0.8));
      assertEquals([item.id, item.metadata], [id, metadata]);
      assertEquals(item.createdAt, item.updatedAt);
      const [hits] = await search(collections, "flowers", { query: [0, 1], k: 5 });
      assertEquals(hits.map(({ id }) => id), [id, "b"]);
      assertEquals(hits[0].metadata, metadata);
    };
    await check(collections);
    await collections.close();
    const again = adapter.open(place);
    await check(again).finally(() => again.close());
  });

  test("replaces what has the same id, and keeps when it first came", async (collections) => {
    const upsert = (...items: CollectionItem[]) =>
      collections.upsert("c", { encoder: null, items });
    await upsert(itemOf("a", 1, 0), itemOf("b", 1, 1));
    await search(collections, "c", { query: [1, 0], k: 1 });
    const before = await collections.item("c", "a");
    await new Promise((resolve) => setTimeout(resolve, 5));
    const counts = await upsert({ ...itemOf("a", 0, 2), metadata: { new: 1 } }, itemOf("x", 1, 2));
    assertEquals(counts, { inserted: 1, updated: 1 });
    const after = await collections.item("c", "a");
    assertEquals([after.vector, after.metadata], [Float32Array.of(0, 1), { new: 1 }]);
    assertEquals(after.createdAt, before.createdAt);
    assert(after.updatedAt > before.updatedAt);
    const [hits] = await search(collections, "c", { query: [0, 1], k: 1 });
    assertEquals(hits, [{ id: "a", score: 1, label: null, metadata: { new: 1 } }]);
  });

  test("finds what the naive scan finds, for any direction and length of query", async (collections) => {
    const { items, units } = randomItems(300, 6);
    await collections.upsert("c", { encoder: null, items });
    const source = random(5);
    const vectors = Array.from({ length: 70 }, (_, at) => {
      const scale = 10 ** (at % 60 - 30); // from a denormal square to one that float32 cannot hold
      return Float32Array.from({ length: 6 }, () => scale * source.normal());
    });
    const found = await collections.search("c", { vectors, k: 7 });
    for (const [at, hits] of found.entries()) {
      const query = unitVector(vectors[at], { param: "query" });
      const strip = hits.map(({ id, score }) => ({ id, score }));
      assertEquals(strip, nearest(units, query, 7));
      for (const { id, metadata } of hits) assertEquals(metadata, { of: id });
    }
    assertEquals(await collections.search("c", { vectors: [], k: 7 }), []);
  });

  test("gives all there are if more are asked for, equal ones by id", async (collections) => {
    const items = ["b", "a", "d", "c"].map((id) => itemOf(id, id === "d" ? -1 : 1, 0));
    await collections.upsert("c", { encoder: null, items });
    const [hits] = await search(collections, "c", { query: [2, 0], k: 1000 });
    assertEquals(hits.map(({ id, score }) => [id, score]), [["a", 1], ["b", 1], ["c", 1], [
      "d",
      -1,
    ]]);
  });

  test("leaves out what is excluded, and still gives k", async (collections) => {
    const { items, units } = randomItems(50, 4);
    await collections.upsert("c", { encoder: null, items });
    const query = units.get("item 7")!;
    const exclude = ["item 7", "item 7", "never there"];
    const [hits] = await collections.search("c", { vectors: [query], k: 5, exclude });
    const expected = nearest(units, query, 6).filter(({ id }) => id !== "item 7");
    assertEquals(hits.map(({ id, score }) => ({ id, score })), expected);
    const all = await collections.search("c", {
      vectors: [query],
      k: 5,
      exclude: [...units.keys()],
    });
    assertEquals(all, [[]]);
  });

  test("scores stay within -1 and 1 also where rounding leaves them", async (collections) => {
    const { items } = randomItems(40, 100);
    await collections.upsert("c", { encoder: null, items });
    const vectors = items.map(({ vector }) => vector);
    for (const [at, [hit]] of (await collections.search("c", { vectors, k: 1 })).entries()) {
      assertEquals(hit.id, items[at].id);
      assert(hit.score <= 1 && hit.score > 1 - 1e-6);
    }
  });

  test("a search is of the moment of its call, whatever is written while it runs", async (collections) => {
    const { items, units } = randomItems(200, 4);
    await collections.upsert("c", { encoder: null, items });
    const vectors = [...randomItems(9, 4, 8).units.values()];
    await collections.search("c", { vectors, k: 1 });
    const before = collections.search("c", { vectors, k: 20 });
    const moved = items.map((item) => ({
      ...item,
      vector: item.vector.map((value) => -value),
      metadata: { moved: true },
    }));
    const writes: Promise<unknown>[] = [
      collections.upsert("c", { encoder: null, items: moved.slice(0, 150) }),
      collections.remove("c", items.slice(100).map(({ id }) => id)),
    ];
    const between = collections.search("c", { vectors, k: 300 });
    writes.push(collections.drop("c"));
    for (const [at, hits] of (await before).entries()) {
      const strip = hits.map(({ id, score }) => ({ id, score }));
      assertEquals(strip, nearest(units, vectors[at], 20));
      for (const { id, metadata } of hits) assertEquals(metadata, { of: id });
    }
    for (const hits of await between) {
      assertEquals(hits.length, 100);
      assert(hits.every(({ metadata }) => metadata.moved));
    }
    await Promise.all(writes);
    assertEquals(await collections.list(), []);
  });

  test("removed items are gone, and only they", async (collections) => {
    const items = ["a", "b", "c"].map((id, at) => itemOf(id, 1, at));
    await collections.upsert("c", { encoder: null, items });
    await search(collections, "c", { query: [1, 0], k: 1 });
    assertEquals(await collections.remove("c", ["a", "never there", "a"]), 1);
    assertEquals(await collections.remove("c", []), 0);
    const [hits] = await search(collections, "c", { query: [1, 0], k: 5 });
    assertEquals(hits.map(({ id }) => id), ["b", "c"]);
    assertEquals((await collections.get("c")).count, 2);
    await refused(collections.item("c", "a"), "not_found", "id");
    assertEquals(await collections.remove("c", ["b", "c"]), 2);
    assertEquals(await search(collections, "c", { query: [1, 0], k: 5 }), [[]]);
  });

  test("a dropped collection is gone, and its name is free for another dimension", async (collections) => {
    await collections.upsert("c", { encoder: "a@1", items: [itemOf("x", 1, 0)] });
    await collections.upsert("other", { encoder: null, items: [itemOf("x", 1, 0)] });
    await search(collections, "c", { query: [1, 0], k: 1 });
    await collections.drop("c");
    await refused(collections.get("c"), "not_found", "name");
    await refused(search(collections, "c", { query: [1, 0], k: 1 }), "not_found", "name");
    await collections.upsert("c", { encoder: "b@1", items: [itemOf("y", 1, 2, 3)] });
    const [hits] = await search(collections, "c", { query: [1, 2, 3], k: 9 });
    assertEquals(hits.map(({ id }) => id), ["y"]);
    assertEquals((await collections.get("other")).count, 1);
  });

  test("a collection is of one encoder; vectors without one go everywhere", async (collections) => {
    const items = [itemOf("x", 1, 0)];
    await collections.upsert("c", { encoder: "a@1", items });
    await refused(collections.upsert("c", { encoder: "a@2", items }), "conflict", "encoder");
    await collections.upsert("c", { encoder: null, items });
    assertEquals((await collections.get("c")).encoder, "a@1");
    await collections.upsert("bare", { encoder: null, items });
    await refused(collections.upsert("bare", { encoder: "a@1", items }), "conflict", "encoder");
  });

  test("a bad item is refused by name, and nothing of its batch is kept", async (collections) => {
    const bad: [CollectionItem, string][] = [
      [itemOf("x", 1, 0, 0), "vector"],
      [itemOf("x", 0, 0), "vector"],
      [itemOf("x", 0, NaN), "vector"],
      [itemOf("x", -Infinity, 0), "vector"],
      [itemOf("x"), "vector"],
      [itemOf("first", 1, 1), "id"],
      [itemOf("", 1, 1), "id"],
      [itemOf("a\nb", 1, 1), "id"],
      [itemOf("\ud800", 1, 1), "id"],
      [itemOf("x".repeat(513), 1, 1), "id"],
      [{ ...itemOf("x", 1, 1), metadata: [] as never }, "metadata"],
      [{ ...itemOf("x", 1, 1), metadata: null as never }, "metadata"],
      [{ ...itemOf("x", 1, 1), metadata: nested(33) }, "metadata"],
      [{ ...itemOf("x", 1, 1), label: "" }, "label"],
      [{ ...itemOf("x", 1, 1), label: "x".repeat(257) }, "label"],
      [{ ...itemOf("x", 1, 1), label: "a\u0000" }, "label"],
      [{ ...itemOf("x", 1, 1), image: { bytes: new Uint8Array(), type: "image/png" } }, "image"],
      [{ ...itemOf("x", 1, 1), metadata: { n: 1n } }, "metadata"],
      [{ ...itemOf("x", 1, 1), metadata: { text: "x".repeat(70_000) } }, "metadata"],
    ];
    const tryAll = async () => {
      for (const [item, field] of bad) {
        const batch = { encoder: null, items: [itemOf("first", 1, 0), item] };
        await refused(collections.upsert("c", batch), "invalid_input", `items[1].${field}`);
      }
    };
    await tryAll();
    assertEquals(await collections.list(), []);
    await collections.upsert("c", { encoder: null, items: [itemOf("only", 1, 0)] });
    await tryAll();
    await refused(
      collections.upsert("c", { encoder: null, items: [itemOf("x", 1, 2, 3)] }),
      "invalid_input",
      "items[0].vector",
    );
    assertEquals((await collections.get("c")).count, 1);
    await refused(collections.upsert("c", { encoder: null, items: [] }), "invalid_input", "items");
  });

  test("a bad search is refused by name", async (collections) => {
    await collections.upsert("c", { encoder: null, items: [itemOf("x", 1, 0)] });
    for (const k of [0, -1, 1.5, NaN, Infinity]) {
      await refused(search(collections, "c", { query: [1, 0], k }), "invalid_input", "k");
    }
    for (const query of [[1], [1, 2, 3], [0, 0], [NaN, 1], [1, Infinity], []]) {
      const vectors = [Float32Array.of(1, 0), Float32Array.from(query)];
      await refused(collections.search("c", { vectors, k: 1 }), "invalid_input", "vectors[1]");
    }
  });

  test("a name that cannot be one, or is none, is refused everywhere", async (collections) => {
    const items = [itemOf("x", 1, 0)];
    const calls: ((name: string) => Promise<unknown>)[] = [
      (name) => collections.get(name),
      (name) => collections.item(name, "x"),
      (name) => collections.remove(name, ["x"]),
      (name) => collections.drop(name),
      (name) => search(collections, name, { query: [1, 0], k: 1 }),
    ];
    for (const call of calls) await refused(call("absent"), "not_found", "name");
    calls.push((name) => collections.upsert(name, { encoder: null, items }));
    for (const name of ["", "..", "a/b", "a b", "ä", "x'; DROP TABLE items; --", "a".repeat(65)]) {
      for (const call of calls) await refused(call(name), "invalid_input", "name");
    }
    await collections.upsert("a.b_c-1", { encoder: null, items });
    await refused(collections.item("a.b_c-1", "' OR 1=1 --"), "not_found", "id");
  });

  itemsContract(test);
  searchContract(test);
  vectorsContract(test);
  linksContract(test);
  reembeddingContract(test, adapter.open);

  test("lists collections by name", async (collections) => {
    assertEquals(await collections.list(), []);
    for (const name of ["b", "a", "c"]) {
      await collections.upsert(name, { encoder: null, items: [itemOf("x", 1)] });
    }
    assertEquals((await collections.list()).map(({ name }) => name), ["a", "b", "c"]);
  });
}
