import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { openCollections } from "../../../src/collections/sqlite_collections.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { inHome, query } from "./in_home.ts";

await startTensorFlow({ device: "cpu" });

const DAMAGE: [string, string][] = [
  ["a short vector", "UPDATE vectors SET vector = x'0000' WHERE item = 2"],
  ["no vector", "DELETE FROM vectors WHERE item = 2"],
  ["a vector that is not finite", "UPDATE vectors SET vector = x'0000C07F0000807F' WHERE item = 2"],
  ["metadata that is no JSON", `UPDATE items SET metadata = '{"a":' WHERE key = 2`],
  ["metadata that is no object", `UPDATE items SET metadata = '[1]' WHERE key = 2`],
];

for (const [what, sql] of DAMAGE) {
  inHome(`${what} is said by name, and other collections serve on`, async (home) => {
    const item = (id: string, x: number) => ({ id, vector: Float32Array.of(x, 1) });
    const collections = openCollections(home);
    await collections.upsert("bad", { encoder: null, items: [item("a", 1), item("b", 2)] });
    await collections.upsert("good", { encoder: null, items: [item("a", 1)] });
    query(home, sql);
    const vectors = [Float32Array.of(1, 0)];
    const search = () => collections.search("bad", { vectors, k: 5 });
    const read = what.includes("metadata")
      ? () => collections.patchMany("bad", [{ id: "b", metadata: { new: 1 } }])
      : () => collections.vectors("bad", { limit: 2 });
    for (const call of [search, search, () => collections.item("bad", "b"), read]) {
      const error = await assertRejects(call, LookalikeError, 'item "b" of collection bad');
      assertEquals(error.code, "damaged");
    }
    assertEquals((await collections.item("bad", "a")).id, "a");
    assertEquals((await collections.search("good", { vectors, k: 5 }))[0].length, 1);
    // And what the error advises helps.
    await collections.upsert("bad", { encoder: null, items: [item("b", 3)] });
    assertEquals((await search())[0].map(({ id }) => id), ["b", "a"]);
    await collections.close();
  });
}

inHome(
  "a damaged page of the database is said, and what lies elsewhere serves on",
  async (home) => {
    const first = openCollections(home);
    const items = Array.from({ length: 400 }, (_, at) => ({
      id: `${at}`,
      vector: new Float32Array(64).fill(at + 1),
    }));
    await first.upsert("bad", { encoder: null, items });
    await first.close();
    const [{ root }] = query(
      home,
      "SELECT rootpage AS root FROM sqlite_schema WHERE name = 'vectors'",
    );
    using file = await Deno.open(join(home, "collections.db"), { write: true });
    await file.seek((Number(root) - 1) * 4096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(4096).fill(0xff));
    const collections = openCollections(home);
    assertEquals((await collections.list()).length, 1);
    const vectors = [new Float32Array(64).fill(1)];
    const error = await assertRejects(
      () => collections.search("bad", { vectors, k: 1 }),
      LookalikeError,
    );
    assertEquals(error.code, "damaged");
    assert(error.message.includes("Restore collections.db"));
    await collections.close();
  },
);
