import { assert, assertEquals } from "@std/assert";
import type { CollectionItem, Collections } from "../../src/collections/collections.ts";
import { type ContractTest, itemOf, refused, search } from "./contract_helpers.ts";

const NEW = { encoder: "b@1", dimension: 3 };

/** An item whose image says what it is. */
function pictured(id: string, byte: number): CollectionItem {
  return { ...itemOf(id, 1, byte), image: { bytes: Uint8Array.of(byte), type: "image/png" } };
}

/** What the new encoder makes of an image. */
function embed(image: Uint8Array): Float32Array {
  return Float32Array.of(image[0], 1, 0);
}

/** Embeds what is left, `limit` items at a time and so often at most; says how many it did. */
async function goOn(collections: Collections, limit: number, times = Infinity): Promise<number> {
  let done = 0;
  for (; times > 0; times--) {
    const items = await collections.unembedded("c", limit);
    if (items.length === 0) break;
    assert(items.length <= limit);
    await collections.addReembedded(
      "c",
      items.map(({ id, revision, image }) => ({ id, revision, vector: embed(image) })),
    );
    done += items.length;
  }
  return done;
}

/**
 * What every adapter must do on a collection's way to another encoder.
 *
 * @param test Makes a test.
 * @param open Opens a test's place again.
 */
export function reembeddingContract(
  test: ContractTest,
  open: (place: string) => Collections,
): void {
  const fill = (collections: Collections, count = 20) =>
    collections.upsert("c", {
      encoder: "a@1",
      items: Array.from({ length: count }, (_, at) => pictured(`${at}`, at + 1)),
    });

  test("old vectors serve until all are new, then new ones at once", async (collections) => {
    await fill(collections);
    const old = await search(collections, "c", { query: [0, 1], k: 20 });
    const info = await collections.beginReembedding("c", NEW);
    const { startedAt, ...way } = info.reembedding!;
    assertEquals(way, { ...NEW, status: "running", error: null, done: 0 });
    assert(Math.abs(Date.parse(startedAt) - Date.now()) < 60_000);
    assertEquals(await collections.finishReembedding("c"), false);
    assertEquals(await goOn(collections, 7, 2), 14);
    assertEquals((await collections.get("c")).reembedding?.done, 14);
    assertEquals(await search(collections, "c", { query: [0, 1], k: 20 }), old);
    assertEquals(await collections.finishReembedding("c"), false);
    assertEquals(await goOn(collections, 7), 6);
    assertEquals(await search(collections, "c", { query: [0, 1], k: 20 }), old);
    assertEquals(await collections.finishReembedding("c"), true);
    const { encoder, dimension, count, reembedding } = await collections.get("c");
    assertEquals([encoder, dimension, count, reembedding], ["b@1", 3, 20, null]);
    const [hits] = await search(collections, "c", { query: [1, 1, 0], k: 20 });
    assertEquals(hits.map(({ id }) => id), Array.from({ length: 20 }, (_, at) => `${at}`));
    const length = Math.hypot(5, 1);
    const { vector } = await collections.item("c", "4");
    assertEquals(vector, Float32Array.of(5 / length, 1 / length, 0));
    await refused(search(collections, "c", { query: [0, 1], k: 1 }), "invalid_input", "vectors[0]");
    await refused(fill(collections), "invalid_input", "items[0].vector");
    assertEquals(await collections.finishReembedding("c"), false);
    assertEquals(await collections.unembedded("c", 5), []);
    // And on to a third.
    await collections.beginReembedding("c", { encoder: "c@1", dimension: 3 });
    await goOn(collections, 20);
    assertEquals(await collections.finishReembedding("c"), true);
    assertEquals((await collections.get("c")).encoder, "c@1");
  });

  test("a restart on the way loses nothing of it", async (collections, place) => {
    await fill(collections);
    await collections.beginReembedding("c", NEW);
    await goOn(collections, 8, 1);
    const before = await collections.get("c");
    await collections.close();
    const again = open(place);
    try {
      assertEquals(await again.get("c"), before);
      assertEquals(await goOn(again, 8), 12);
      assertEquals(await again.finishReembedding("c"), true);
    } finally {
      await again.close();
    }
    const after = open(place);
    try {
      const [hits] = await search(after, "c", { query: [1, 1, 0], k: 1 });
      assertEquals(hits[0].id, "0");
      assertEquals((await after.items("c", { limit: 100 })).items.length, 20);
    } finally {
      await after.close();
    }
  });

  test("what is written on the way has its new vector in the end", async (collections) => {
    await fill(collections);
    await collections.beginReembedding("c", NEW);
    await goOn(collections, 10, 1);
    const stale = await collections.unembedded("c", 5); // 10 … 14, on their way
    await collections.upsert("c", {
      encoder: "a@1",
      items: [pictured("3", 103), pictured("12", 112), pictured("late", 99)],
    });
    await collections.remove("c", ["5", "13"]);
    await collections.upsert("c", { encoder: null, items: [pictured("13", 113)] });
    await collections.patch("c", "11", { label: "patched" });
    await collections.addReembedded(
      "c",
      stale.map(({ id, revision, image }) => ({ id, revision, vector: embed(image) })),
    );
    // 0 … 9 without 3 and 5, and of the stale ones 10, 11 and 14.
    assertEquals((await collections.get("c")).reembedding?.done, 8 + 3);
    assertEquals(await collections.finishReembedding("c"), false);
    await goOn(collections, 6);
    assertEquals(await collections.finishReembedding("c"), true);
    for (
      const [id, byte] of [["3", 103], ["12", 112], ["13", 113], ["late", 99], ["11", 12]] as const
    ) {
      const { vector } = await collections.item("c", id);
      assert(Math.abs(vector[0] / vector[1] - byte) < 1e-3, `${id} is of another image`);
    }
    assertEquals((await collections.get("c")).count, 20);
  });

  test("only a collection whose items all have their image can go, and only elsewhere", async (collections) => {
    await fill(collections, 3);
    const begin = (target: typeof NEW) => collections.beginReembedding("c", target);
    await refused(begin({ encoder: "a@1", dimension: 2 }), "conflict", "encoder");
    await refused(begin({ encoder: "b", dimension: 2 }), "invalid_input", "encoder");
    await refused(begin({ encoder: "b@1", dimension: 0 }), "invalid_input", "dimension");
    await refused(collections.beginReembedding("absent", NEW), "not_found", "name");
    await collections.upsert("c", { encoder: null, items: [itemOf("bare", 1, 0)] });
    await refused(begin(NEW), "conflict", "name");
    await collections.remove("c", ["bare"]);
    await begin(NEW);
    const bare = { encoder: "a@1", items: [pictured("x", 1), itemOf("bare", 1, 0)] };
    await refused(collections.upsert("c", bare), "conflict", "items[1].image");
    await refused(
      fill(collections).then(() =>
        // the new encoder's are not taken yet
        collections.upsert("c", { encoder: "b@1", items: [pictured("x", 1)] })
      ),
      "conflict",
      "encoder",
    );
    const wrong = [{ id: "0", revision: 1, vector: Float32Array.of(1, 2) }];
    await refused(collections.addReembedded("c", wrong), "invalid_input", "vectors[0].vector");
    for (const limit of [0, 0.5, 1001]) {
      await refused(collections.unembedded("c", limit), "invalid_input", "limit");
    }
  });

  test("a failed way says why, and is forgotten when begun anew", async (collections) => {
    await fill(collections);
    await collections.beginReembedding("c", NEW);
    const stale = await collections.unembedded("c", 20);
    await goOn(collections, 5, 1);
    await collections.failReembedding("c", "The device is gone.");
    const { reembedding } = await collections.get("c");
    assertEquals(
      [reembedding?.status, reembedding?.error, reembedding?.done],
      ["failed", "The device is gone.", 5],
    );
    assertEquals(await collections.unembedded("c", 5), []);
    assertEquals(await collections.finishReembedding("c"), false);
    await collections.upsert("c", { encoder: null, items: [itemOf("bare", 1, 0)] });
    await collections.remove("c", ["bare"]);
    const again = await collections.beginReembedding("c", NEW);
    assertEquals([again.reembedding?.status, again.reembedding?.done], ["running", 0]);
    await collections.addReembedded( // of the way before
      "c",
      stale.map(({ id, revision, image }) => ({ id, revision, vector: embed(image) })),
    );
    assertEquals((await collections.get("c")).reembedding?.done, 0);
    assertEquals(await goOn(collections, 9), 20);
    assertEquals(await collections.finishReembedding("c"), true);
  });

  test("a cancelled way leaves no trace", async (collections) => {
    await fill(collections);
    const before = await collections.get("c");
    await collections.cancelReembedding("c");
    await collections.beginReembedding("c", NEW);
    await goOn(collections, 5, 2);
    await collections.cancelReembedding("c");
    assertEquals(await collections.get("c"), before);
    assertEquals(await collections.unembedded("c", 5), []);
    await collections.failReembedding("c", "Too late.");
    assertEquals(await collections.get("c"), before);
    await refused(collections.cancelReembedding("absent"), "not_found", "name");
    await collections.beginReembedding("c", NEW);
    await collections.drop("c");
    await refused(collections.finishReembedding("c"), "not_found", "name");
  });
}
