import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { MIGRATIONS } from "../../../src/collections/sqlite/schema.ts";
import { openCollections } from "../../../src/collections/sqlite_collections.ts";
import { openDatabase } from "../../../src/sqlite.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { inHome, query } from "./in_home.ts";

await startTensorFlow({ device: "cpu" });

/** A file as version 1 of the schema kept it. */
function writeVersion1(home: string): void {
  const database = openDatabase(join(home, "collections.db"), MIGRATIONS.slice(0, 1));
  database.exec(`
    INSERT INTO collections (key, name, encoder, dimension, count, created_at) VALUES
      (3, 'flowers', 'simclr@3', 2, 2, '2026-01-02T03:04:05.678Z'),
      (7, 'bare', NULL, 1, 1, '2026-02-02T03:04:05.678Z');
    INSERT INTO items (key, collection, id, vector, metadata, created_at, updated_at) VALUES
      (5, 3, 'rose', x'9A99193FCDCC4C3F', '{"a":[1]}', '2026-01-03T00:00:00.000Z', '2026-01-04T00:00:00.000Z'),
      (9, 3, 'lily', x'0000803F00000000', '{}', '2026-01-05T00:00:00.000Z', '2026-01-05T00:00:00.000Z'),
      (6, 7, 'rose', x'000080BF', '{}', '2026-01-05T00:00:00.000Z', '2026-01-05T00:00:00.000Z');`);
  database.close();
}

inHome("a file of version 1 is brought over with all that is in it", async (home) => {
  writeVersion1(home);
  const collections = openCollections(home);
  assertEquals(await collections.list(), [
    {
      name: "bare",
      encoder: null,
      dimension: 1,
      metric: "cosine",
      index: "exact",
      images: "original",
      count: 1,
      createdAt: "2026-02-02T03:04:05.678Z",
      reembedding: null,
    },
    {
      name: "flowers",
      encoder: "simclr@3",
      dimension: 2,
      metric: "cosine",
      index: "exact",
      images: "original",
      count: 2,
      createdAt: "2026-01-02T03:04:05.678Z",
      reembedding: null,
    },
  ]);
  const { items } = await collections.items("flowers", { limit: 10 });
  assertEquals(items[0], {
    id: "rose",
    vector: Float32Array.of(0.6, 0.8),
    label: null,
    metadata: { a: [1] },
    image: null,
    hasThumbnail: false,
    createdAt: "2026-01-03T00:00:00.000Z",
    updatedAt: "2026-01-04T00:00:00.000Z",
  });
  assertEquals(items.map(({ id }) => id), ["rose", "lily"]);
  const [hits] = await collections.search("flowers", { vectors: [Float32Array.of(1, 0)], k: 5 });
  assertEquals(hits.map(({ id }) => id), ["lily", "rose"]);
  const vector = Float32Array.of(0, 1);
  await collections.upsert("flowers", { encoder: null, items: [{ id: "new", vector }] });
  await collections.remove("bare", ["rose"]);
  await collections.drop("bare");
  await collections.close();
  const tables = query(
    home,
    "SELECT name FROM sqlite_schema WHERE name LIKE 'items%' ORDER BY name",
  );
  assertEquals(tables.map(({ name }) => name), [
    "items",
    "items_by_label",
    "items_in_order",
    "items_without_image",
  ]);
  assertEquals(query(home, "SELECT count(*) AS count FROM vectors"), [{ count: 3 }]);
  assertEquals(query(home, "SELECT key FROM items WHERE id = 'new'"), [{ key: 10 }]);
  assertEquals(query(home, "PRAGMA foreign_key_check"), []);
  assertEquals(query(home, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
});

inHome("a migration that is cut short leaves version 1 as it was", async (home) => {
  writeVersion1(home);
  const path = join(home, "collections.db");
  const before = query(home, "SELECT * FROM items");
  const broken = MIGRATIONS[1] + "SELECT * FROM no_such_table;";
  try {
    openDatabase(path, [MIGRATIONS[0], broken]).close();
  } catch { /* as it must */ }
  assertEquals(query(home, "SELECT * FROM items"), before);
  const collections = openCollections(home);
  assertEquals((await collections.get("flowers")).count, 2);
  await collections.close();
});
