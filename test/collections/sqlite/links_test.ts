import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { openCollections } from "../../../src/collections/sqlite_collections.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { inHome, query } from "./in_home.ts";

const item = (id: string) => ({
  id,
  vector: Float32Array.of(1, 2),
  image: { bytes: new Uint8Array(100).fill(id.length), type: "image/webp" },
});

const deviceOf = (path: string) => Deno.stat(path).then(({ dev }) => dev, () => undefined);
const SHARED_MEMORY = "/dev/shm";
const temporary = await Deno.makeTempDir();
const elsewhere = await deviceOf(SHARED_MEMORY) ?? await deviceOf(temporary);
const oneFileSystem = elsewhere === await deviceOf(temporary);
await Deno.remove(temporary);

inHome("links are the originals themselves: no byte is there twice", async (home) => {
  const collections = openCollections(home);
  await collections.upsert("c", { encoder: null, items: [item("a")] });
  const folder = join(home, "links");
  await Deno.mkdir(folder);
  await collections.linkImages("c", { folder });
  const [{ file }] = query(home, "SELECT image_file AS file FROM items");
  const [original, link] = await Promise.all([
    Deno.stat(join(home, "images", String(file))),
    Deno.stat(join(folder, "000000.webp")),
  ]);
  assertEquals([link.ino, link.nlink], [original.ino, 2]);
  await collections.close();
});

Deno.test({
  name: "SQLite collections: on another file system originals are copied",
  ignore: oneFileSystem, // there is but one here
  async fn() {
    const home = await Deno.makeTempDir();
    const folder = await Deno.makeTempDir({ dir: SHARED_MEMORY });
    try {
      const collections = openCollections(home);
      await collections.upsert("c", { encoder: null, items: [item("a"), item("bb")] });
      const linked = await collections.linkImages("c", { folder });
      assertEquals(linked.map(({ file }) => file), ["000000.webp", "000001.webp"]);
      assertEquals(await Deno.readFile(join(folder, "000001.webp")), item("bb").image.bytes);
      assertEquals((await Deno.stat(join(folder, "000001.webp"))).nlink, 1);
      await collections.close();
    } finally {
      await Deno.remove(home, { recursive: true });
      await Deno.remove(folder, { recursive: true });
    }
  },
});

inHome("an original that is not as it was is not linked, and its item is named", async (home) => {
  const collections = openCollections(home);
  const damage: [string, (path: string) => Promise<void>][] = [
    ["missing", (path) => Deno.remove(path)],
    ["short", (path) => Deno.truncate(path, 99)],
    ["long", (path) => Deno.writeTextFile(path, "x", { append: true })],
    ["folder", (path) => Deno.remove(path).then(() => Deno.mkdir(path))],
  ];
  const items = [...damage.map(([id]) => item(id)), item("whole")];
  await collections.upsert("c", { encoder: null, items });
  const link = async (id: string) => {
    const folder = await Deno.makeTempDir({ dir: home });
    return await collections.linkImages("c", { folder, ids: [id] });
  };
  for (const [id, spoil] of damage) {
    const [{ file }] = query(home, "SELECT image_file AS file FROM items WHERE id = ?", id);
    await spoil(join(home, "images", String(file)));
    const error = await assertRejects(() => link(id), LookalikeError, `"${id}"`);
    assertEquals(error.code, "damaged", id);
  }
  assertEquals((await link("whole")).length, 1);
  const folder = await Deno.makeTempDir({ dir: home });
  await assertRejects(() => collections.linkImages("c", { folder }), LookalikeError);
  await collections.close();
});

inHome("a folder that is not there, or not empty, is not written over", async (home) => {
  const collections = openCollections(home);
  await collections.upsert("c", { encoder: null, items: [item("a")] });
  const folder = join(home, "links");
  const link = () => collections.linkImages("c", { folder });
  const missing = await assertRejects(link, LookalikeError, '"a"');
  assertEquals(missing.code, "unavailable");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "000000.webp"), "mine");
  const full = await assertRejects(link, LookalikeError);
  assert(full.message.includes("exists"));
  assertEquals(await Deno.readTextFile(join(folder, "000000.webp")), "mine");
  await collections.close();
});
