import { assert, assertEquals } from "@std/assert";
import type { CollectionItem, Collections } from "../../../src/collections/collections.ts";
import { openCollections } from "../../../src/collections/sqlite_collections.ts";
import { imagePaths, inHome, query, until } from "./in_home.ts";

const COUNT = 700; // several pages of the janitor

const items = (from = 0, count = COUNT): CollectionItem[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${from + at}`,
    vector: Float32Array.of(1, at),
    image: { bytes: Uint8Array.of(at % 250 + 1), type: "image/png" },
    thumbnail: Uint8Array.of(1),
  }));

const countOf = (home: string, table: string) =>
  Number(query(home, `SELECT count(*) AS count FROM ${table}`)[0].count);

/** Gives every item its new vector, and switches. */
async function reembed(collections: Collections): Promise<void> {
  await collections.beginReembedding("c", { encoder: "b@1", dimension: 3 });
  for (;;) {
    const some = await collections.unembedded("c", 1000);
    if (some.length === 0) break;
    const vector = Float32Array.of(1, 2, 3);
    await collections.addReembedded("c", some.map((item) => ({ ...item, vector })));
  }
  assert(await collections.finishReembedding("c"));
}

inHome("a dropped collection's name is free at once, and its items go behind", async (home) => {
  const collections = openCollections(home);
  await collections.upsert("c", { encoder: "a@1", items: items() });
  await collections.drop("c");
  assertEquals(countOf(home, "items"), COUNT);
  assertEquals(await collections.list(), []);
  await collections.upsert("c", { encoder: "b@1", items: items(0, 2) });
  assertEquals((await collections.get("c")).count, 2);
  await until(() => countOf(home, "items") === 2 && countOf(home, "collections") === 1);
  assertEquals([countOf(home, "vectors"), countOf(home, "thumbnails")], [2, 2]);
  await until(async () => (await imagePaths(home)).length === 2);
  await collections.close();
});

inHome("what a stop has left of a dropped collection goes at the next start", async (home) => {
  const first = openCollections(home);
  await first.upsert("c", { encoder: "a@1", items: items() });
  await first.drop("c");
  await first.close();
  assert(countOf(home, "items") > 0);
  const second = openCollections(home);
  assertEquals(await second.list(), []);
  await until(async () =>
    countOf(home, "collections") === 0 && (await imagePaths(home)).length === 0
  );
  await second.close();
});

inHome("vectors of the encoder before are removed behind, also at the next start", async (home) => {
  const first = openCollections(home);
  await first.upsert("c", { encoder: "a@1", items: items() });
  await reembed(first);
  await first.close();
  assert(countOf(home, "vectors") > COUNT);
  const second = openCollections(home);
  await until(() => countOf(home, "vectors") === COUNT && countOf(home, "stale_generations") === 0);
  const lengths = query(home, "SELECT DISTINCT length(vector) AS bytes FROM vectors");
  assertEquals(lengths, [{ bytes: 12 }]);
  await second.beginReembedding("c", { encoder: "c@1", dimension: 1 });
  const some = await second.unembedded("c", 300);
  await second.addReembedded("c", some.map((item) => ({ ...item, vector: Float32Array.of(1) })));
  assertEquals(countOf(home, "vectors"), COUNT + 300);
  await second.cancelReembedding("c");
  await until(() => countOf(home, "vectors") === COUNT);
  assertEquals((await second.item("c", "5")).vector.length, 3);
  await second.close();
});

inHome("the event loop goes on while a collection is removed", async (home) => {
  const collections = openCollections(home);
  for (let from = 0; from < 8 * COUNT; from += COUNT) {
    const bare = items(from).map(({ image: _, ...item }) => item);
    await collections.upsert("c", { encoder: null, items: bare });
  }
  await collections.drop("c");
  let turns = 0;
  await until(() => ++turns > 0 && countOf(home, "items") === 0);
  assert(turns >= 3, `${turns} turns`);
  await collections.close();
});
