import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { unitVector } from "../../src/collections/checks.ts";
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { LookalikeError } from "../../src/errors.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { collectionsContract } from "./contract.ts";
import { nearest } from "./oracle.ts";

const runtime = await startTensorFlow({ device: "cpu" });

collectionsContract("SQLite collections", { open: openCollections });

/** Runs a test in a home of its own. */
function test(name: string, body: (home: string) => Promise<void>) {
  Deno.test(`SQLite collections: ${name}`, async () => {
    const home = await Deno.makeTempDir();
    try {
      await body(home);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

const item = (id: string, ...values: number[]) => ({
  id,
  vector: Float32Array.from(values),
  metadata: {},
});

test("what is written while a large collection is first read is found", async (home) => {
  const dimension = 512; // a page of 512 rows
  const source = random(4);
  const draw = () => Float32Array.from({ length: dimension }, () => source.normal());
  const items = Array.from(
    { length: 1300 },
    (_, at) => ({ id: `item ${at}`, vector: draw(), metadata: {} }),
  );
  const writer = openCollections(home);
  await writer.upsert("c", { encoder: null, items });
  await writer.close();

  const collections = openCollections(home);
  const query = draw();
  const running = collections.search("c", { vectors: [query], k: 1300 });
  const late = { id: "late", vector: query, metadata: {} };
  await collections.upsert("c", { encoder: null, items: [late, { ...items[1], vector: query }] });
  await collections.remove("c", ["item 0", "item 1299"]);
  const units = new Map(
    [...items.slice(2, 1299), { ...items[1], vector: query }, late].map(({ id, vector }) => [
      id,
      unitVector(vector, { param: "vector" }),
    ]),
  );
  const expected = nearest(units, unitVector(query, { param: "query" }), 1300)
    .map(({ id }) => id);
  assertEquals((await running)[0].map(({ id }) => id), expected);
  await collections.close();
});

test("what another process writes is found by the next search", async (home) => {
  const ours = openCollections(home);
  const theirs = openCollections(home);
  const find = async () => {
    const [hits] = await ours.search("c", { vectors: [Float32Array.of(1, 0)], k: 9 });
    return hits.map(({ id }) => id);
  };
  await ours.upsert("c", { encoder: null, items: [item("a", 1, 0), item("b", 1, 1)] });
  assertEquals(await find(), ["a", "b"]);
  await theirs.upsert("c", { encoder: null, items: [item("new", 9, 1)] });
  await ours.remove("c", ["a"]);
  assertEquals(await find(), ["new", "b"]);
  await theirs.drop("c");
  await theirs.upsert("c", { encoder: null, items: [item("other", 0, 1)] });
  await ours.upsert("c", { encoder: null, items: [item("mine", 1, 1)] });
  assertEquals(await find(), ["mine", "other"]);
  await theirs.drop("c");
  await assertRejects(find, LookalikeError, "Cannot find collection c");
  await ours.close();
  await theirs.close();
});

test("a collection dropped while it is first read is not found", async (home) => {
  const collections = openCollections(home);
  await collections.upsert("c", { encoder: null, items: [item("a", 1, 0)] });
  const running = collections.search("c", { vectors: [Float32Array.of(1, 0)], k: 1 });
  await collections.drop("c");
  assertEquals((await assertRejects(() => running, LookalikeError)).code, "not_found");
  await collections.close();
});

test("a collection that another process takes to a new encoder while it is first read", async (home) => {
  const theirs = openCollections(home);
  const items = Array.from({ length: 1100 }, (_, at) => ({ // two pages
    ...item(`${at}`, 1, at),
    image: { bytes: Uint8Array.of(1), type: "image/png" },
  }));
  await theirs.upsert("c", { encoder: "a@1", items });
  await theirs.beginReembedding("c", { encoder: "b@1", dimension: 3 });
  for (;;) {
    const some = await theirs.unembedded("c", 1000);
    if (some.length === 0) break;
    const vector = Float32Array.of(1, 2, 3);
    await theirs.addReembedded("c", some.map((item) => ({ ...item, vector })));
  }
  const ours = openCollections(home);
  const running = ours.search("c", { vectors: [Float32Array.of(1, 0)], k: 1 });
  await theirs.finishReembedding("c");
  await theirs.close();
  const error = await assertRejects(() => running, LookalikeError, "it must have 3 numbers");
  assertEquals(error.param, "vectors[0]");
  const [hits] = await ours.search("c", { vectors: [Float32Array.of(1, 0, 0)], k: 2000 });
  assertEquals(hits.length, 1100);
  await ours.close();
});

test("closing waits for searches and frees the device", async (home) => {
  const before = runtime.memory();
  const collections = openCollections(home);
  const items = Array.from({ length: 600 }, (_, at) => item(`${at}`, 1, at));
  await collections.upsert("c", { encoder: null, items });
  const running = collections.search("c", { vectors: [Float32Array.of(1, 0)], k: 600 });
  await collections.close();
  assertEquals((await running)[0].length, 600);
  const after = runtime.memory();
  assertEquals([after.tensors, after.handles], [before.tensors, before.handles]);
});

test("vectors are little-endian float32 of length 1 in the file", async (home) => {
  const collections = openCollections(home);
  await collections.upsert("c", { encoder: null, items: [item("a", 0, -7)] });
  await collections.close();
  const database = new DatabaseSync(join(home, "collections.db"), { readOnly: true });
  const row = database.prepare("SELECT hex(vector) AS hex FROM vectors").get();
  database.close();
  assertEquals(row?.hex, "00000000000080BF");
});

test("the file is in write-ahead mode", async (home) => {
  const collections = openCollections(home);
  const database = new DatabaseSync(join(home, "collections.db"), { readOnly: true });
  assertEquals({ ...database.prepare("PRAGMA journal_mode").get() }, { journal_mode: "wal" });
  database.close();
  await collections.close();
});

test("a file that is no database is refused by name and left as it is", async (home) => {
  const path = join(home, "collections.db");
  await Deno.writeTextFile(path, "not a database, whatever its name says. ".repeat(100));
  const error = assertThrows(() => openCollections(home), LookalikeError, "collections.db");
  assertEquals(error.code, "damaged");
  assert((await Deno.readTextFile(path)).startsWith("not a database"));
});

test("a file of a newer program is refused", async (home) => {
  await openCollections(home).close();
  const database = new DatabaseSync(join(home, "collections.db"));
  database.exec("INSERT INTO migrations VALUES (99, 'later')");
  database.close();
  const error = assertThrows(() => openCollections(home), LookalikeError, "it is 99");
  assertEquals(error.code, "unavailable");
});

test("a database that another process holds is said to be busy, and nothing is written", async (home) => {
  const collections = openCollections(home);
  const database = new DatabaseSync(join(home, "collections.db"));
  database.exec("BEGIN IMMEDIATE");
  const upsert = () => collections.upsert("c", { encoder: null, items: [item("a", 1)] });
  const error = await assertRejects(upsert, LookalikeError, "database is locked");
  assertEquals([error.code, error.retryAfter], ["unavailable", 5]);
  database.exec("ROLLBACK");
  database.close();
  assertEquals(await collections.list(), []);
  assertEquals(await upsert(), { inserted: 1, updated: 0 });
  await collections.close();
});
