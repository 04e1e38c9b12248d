import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { openCollections } from "../../../src/collections/sqlite_collections.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { imagePaths, inHome, query, until } from "./in_home.ts";

const item = (id: string, size = 100) => ({
  id,
  vector: Float32Array.of(1, 2),
  image: { bytes: new Uint8Array(size).fill(size), type: "image/webp" },
  thumbnail: Uint8Array.of(1),
});

inHome("originals are files, and none is left that no row names", async (home) => {
  const collections = openCollections(home);
  const upsert = (...ids: string[]) =>
    collections.upsert("c", { encoder: null, items: ids.map((id) => item(id)) });
  await upsert(...Array.from({ length: 20 }, (_, at) => `${at}`));
  assertEquals((await imagePaths(home)).length, 20);
  await upsert("0", "1", "new");
  await collections.remove("c", ["2", "3"]);
  await until(async () => (await imagePaths(home)).length === 19);
  const rows = query(home, "SELECT image_file FROM items");
  const files = rows.map(({ image_file: file }) => join(home, "images", String(file)));
  assertEquals((await imagePaths(home)).sort(), files.sort());
  await collections.drop("c");
  await until(async () => (await imagePaths(home)).length === 0);
  await collections.close();
});

inHome("a batch that is refused leaves no file", async (home) => {
  const collections = openCollections(home);
  await collections.upsert("c", { encoder: "a@1", items: [item("x")] });
  const calls = [
    collections.upsert("c", { encoder: "b@1", items: [item("y")] }),
    collections.upsert("c", { encoder: null, items: [item("y"), item("")] }),
    collections.upsert("c", {
      encoder: null,
      items: [{ ...item("y"), vector: Float32Array.of(1) }],
    }),
  ];
  for (const call of calls) await assertRejects(() => call, LookalikeError);
  await collections.close();
  assertEquals((await imagePaths(home)).length, 1);
});

inHome("a file that is not as it was written is not served, and the others are", async (home) => {
  const collections = openCollections(home);
  const damage: [string, (path: string) => Promise<void>][] = [
    ["missing", (path) => Deno.remove(path)],
    ["short", (path) => Deno.truncate(path, 99)],
    ["empty", (path) => Deno.truncate(path, 0)],
    ["long", (path) => Deno.writeTextFile(path, "x", { append: true })],
    ["changed", (path) => Deno.writeFile(path, new Uint8Array(100).fill(99))],
    ["folder", (path) => Deno.remove(path).then(() => Deno.mkdir(path))],
  ];
  const ids = damage.map(([id]) => id);
  await collections.upsert("c", { encoder: null, items: [...ids, "whole"].map((id) => item(id)) });
  for (const [id, spoil] of damage) {
    const [{ file }] = query(home, "SELECT image_file AS file FROM items WHERE id = ?", id);
    await spoil(join(home, "images", String(file)));
    const error = await assertRejects(() => collections.image("c", id), LookalikeError);
    assertEquals(error.code, "damaged", id);
  }
  assertEquals((await collections.image("c", "whole")).bytes, item("").image.bytes);
  await collections.upsert("c", { encoder: null, items: [item("short", 7)] });
  assertEquals((await collections.image("c", "short")).bytes.length, 7);
  await collections.close();
});

inHome("where no file can be written nothing is kept, and the rest serves on", async (home) => {
  const collections = openCollections(home);
  const images = join(home, "images");
  await Deno.writeTextFile(images, "in the way");
  const call = () => collections.upsert("c", { encoder: null, items: [item("x")] });
  const error = await assertRejects(call, LookalikeError, "Cannot keep the items' images");
  assertEquals([error.code, error.retryAfter], ["unavailable", 5]);
  assertEquals(await collections.list(), []);
  const { image: _, ...bare } = item("bare");
  await collections.upsert("c", { encoder: null, items: [bare] });
  assertEquals((await collections.get("c")).count, 1);
  await Deno.remove(images);
  assertEquals(await call(), { inserted: 1, updated: 0 });
  assertEquals((await collections.image("c", "x")).bytes.length, 100);
  await collections.close();
});

inHome(
  "files that a crash has left are removed at the next start, young ones are not",
  async (home) => {
    const first = openCollections(home);
    await first.upsert("c", { encoder: null, items: [item("x")] });
    await first.close();
    const [kept] = await imagePaths(home);
    const hour = new Date(Date.now() - 3_600_000);
    await Deno.utime(kept, hour, hour);
    const [old, young] = [join(kept, "../old"), join(kept, "../young")];
    for (const path of [old, young]) await Deno.writeTextFile(path, "torn");
    await Deno.utime(old, hour, hour);
    const second = openCollections(home);
    const exists = (path: string) => Deno.stat(path).then(() => true, () => false);
    await until(async () => !await exists(old));
    assert(await exists(young));
    assertEquals((await second.image("c", "x")).bytes.length, 100);
    await second.close();
  },
);
