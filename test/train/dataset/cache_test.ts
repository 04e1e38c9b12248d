import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../../src/errors.ts";
import { cachedImages } from "../../../train/dataset/cache.ts";
import { openDataset } from "../../../train/dataset/mod.ts";
import type { ImageSource } from "../../../train/dataset/source.ts";
import { dot, dots, inTemporaryFolder, SIDE, tar, writeFolder } from "./sources.ts";

const NAMES = ["test/cat/a.png", "test/owl/a.png", "train/cat/a.png", "train/owl/a.png"];

Deno.test("a second start decodes nothing, whichever split and number it wants", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(folder, await dots(NAMES));
    const progress: [number, number | null][] = [];
    const open = async (source: string, options: object = {}) => {
      using dataset = await openDataset(source, {
        side: SIDE,
        cacheFolder,
        onProgress: (done, total) => progress.push([done, total]),
        ...options,
      });
      assertEquals((await dataset.all()).length, dataset.bytes);
      return dataset.decoded;
    };
    assertEquals(await open(folder, { split: "train" }), 4);
    assertEquals(progress, [[1, 4], [2, 4], [3, 4], [4, 4]]);
    assertEquals(await open(folder, { split: "test" }), 0);
    assertEquals(await open(folder, { imagesPerClass: 1, seed: 3 }), 0);
    assertEquals(progress.length, 4);
    assertEquals(await open(folder, { side: 8 }), 4);
    assertEquals(await open(folder, { limits: { maxBytes: 1e6, maxPixels: 1e6 } }), 4);

    await Deno.utime(join(folder, NAMES[0]), new Date(), new Date(2020, 1, 1));
    assertEquals(await open(folder), 0); // touched, but the same
    await Deno.writeFile(join(folder, NAMES[0]), await dot(200));
    assertEquals(await open(folder), 4);
    await Deno.writeFile(join(folder, "train/owl/b.png"), await dot(201));
    assertEquals(await open(folder), 5);
    await Deno.writeTextFile(join(folder, "notes.txt"), "no image");
    assertEquals(await open(folder), 0);
    await Deno.rename(folder, `${folder}-moved`);
    assertEquals(await open(`${folder}-moved`), 0);

    const archive = `${folder}.tar`;
    await Deno.writeFile(archive, await tar(Object.entries(await dots(NAMES))));
    progress.length = 0;
    assertEquals(await open(archive), 4);
    assertEquals(progress.at(-1), [4, null]);
    assertEquals(await open(archive), 0);
  }));

for (
  const [what, damage] of [
    ["pixels cut short", (folder: string) => Deno.truncate(join(folder, "pixels.u8"), 50)],
    ["no pixels", (folder: string) => Deno.remove(join(folder, "pixels.u8"))],
    ["bad JSON", (folder: string) => Deno.writeTextFile(join(folder, "index.json"), '{"side":4,')],
    ["another's JSON", (folder: string) => Deno.writeTextFile(join(folder, "index.json"), "[1]")],
    ["no index", (folder: string) => Deno.remove(join(folder, "index.json"))],
  ] as const
) {
  Deno.test(`a damaged cache is built anew: ${what}`, () =>
    inTemporaryFolder(async ({ folder, cacheFolder }) => {
      await writeFolder(folder, await dots(NAMES));
      const open = async () => {
        using dataset = await openDataset(folder, { side: SIDE, cacheFolder });
        return { decoded: dataset.decoded, pixels: await dataset.all() };
      };
      const { pixels } = await open();
      await damage(join(cacheFolder, (await folders(cacheFolder))[0]));
      assertEquals(await open(), { decoded: 4, pixels });
      assertEquals(await open(), { decoded: 0, pixels });
    }));
}

Deno.test("several that build at once all get whole images, and leave one cache", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(folder, await dots(NAMES));
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openDataset(folder, { side: SIDE, cacheFolder })),
    );
    for (const dataset of opened) {
      const pixels = await dataset.all();
      assertEquals(NAMES.map((_, at) => pixels[at * SIDE * SIDE * 3]), [1, 2, 3, 4]);
      dataset.close();
    }
    assertEquals((await folders(cacheFolder)).length, 1);
  }));

Deno.test("a folder left half built is passed over, and removed once nobody can be building it", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(folder, await dots(NAMES));
    for (const [name, age] of [["dead", 48], ["alive", 1]] as const) {
      await writeFolder(join(cacheFolder, `.building-${name}`), { "pixels.u8": new Uint8Array(9) });
      const then = new Date(Date.now() - age * 3600 * 1000);
      await Deno.utime(join(cacheFolder, `.building-${name}`, "pixels.u8"), then, then);
    }
    (await openDataset(folder, { side: SIDE, cacheFolder })).close();
    const left = (await Array.fromAsync(Deno.readDir(cacheFolder))).map(({ name }) => name);
    assertEquals(left.filter((name) => name.startsWith(".building-")), [".building-alive"]);
  }));

Deno.test("a source whose stamp is unchanged is not read, and what it held before is removed", () =>
  inTemporaryFolder(async ({ cacheFolder }) => {
    const state = { stamp: "monday" as string | null, content: "a".repeat(64), value: 7, reads: 0 };
    const source = (name: string): ImageSource => ({
      name,
      total: 1,
      stamp: () => Promise.resolve(state.stamp),
      content: () => Promise.resolve((state.reads++, state.content)),
      names: () => Promise.resolve(["a"]),
      async *images({ side }) {
        yield {
          name: "a",
          pixels: () => Promise.resolve(new Uint8Array(side * side * 3).fill(state.value)),
        };
      },
    });
    const limits = { maxBytes: 1, maxPixels: 1 };
    const open = async (name = "one") => {
      const options = { form: { side: 2, limits }, cacheFolder, concurrency: 1 };
      const { pixels, decoded } = await cachedImages(source(name), options);
      const [value] = await pixels.read([0]);
      pixels[Symbol.dispose]();
      return { value, decoded, reads: state.reads, folders: (await folders(cacheFolder)).length };
    };
    assertEquals(await open(), { value: 7, decoded: 1, reads: 1, folders: 1 });
    assertEquals(await open(), { value: 7, decoded: 0, reads: 1, folders: 1 });
    state.stamp = "tuesday";
    assertEquals(await open(), { value: 7, decoded: 0, reads: 2, folders: 1 });
    assertEquals(await open("two"), { value: 7, decoded: 0, reads: 3, folders: 1 });
    Object.assign(state, { stamp: "wednesday", content: "b".repeat(64), value: 8 });
    assertEquals(await open("two"), { value: 8, decoded: 1, reads: 4, folders: 2 }); // "one" still has it
    assertEquals(await open(), { value: 8, decoded: 0, reads: 5, folders: 1 });
    state.stamp = null; // proves nothing, so it is read every time
    assertEquals((await open()).reads, 6);
    assertEquals((await open()).reads, 7);
  }));

Deno.test("an image's own fault skips it; any other fault stops the build and leaves nothing", () =>
  inTemporaryFolder(async ({ cacheFolder }) => {
    const source = (fault: Error): ImageSource => ({
      name: fault.message,
      total: null,
      stamp: () => Promise.resolve(null),
      content: () => Promise.resolve(fault.message.padEnd(64)),
      names: () => Promise.resolve([]),
      async *images() {
        yield { name: "good", pixels: () => Promise.resolve(new Uint8Array(12)) };
        yield { name: "bad", pixels: () => Promise.reject(fault) };
      },
    });
    const options = {
      form: { side: 2, limits: { maxBytes: 1, maxPixels: 1 } },
      cacheFolder,
      concurrency: 2,
    };
    const own = await cachedImages(source(new LookalikeError("damaged", "own")), options);
    assertEquals([own.names, own.skipped], [["good"], [{ name: "bad", reason: "own" }]]);
    own.pixels[Symbol.dispose]();
    const before = (await Array.fromAsync(Deno.readDir(cacheFolder))).length;
    await assertRejects(() => cachedImages(source(new Error("disk")), options), Error, "disk");
    assertEquals((await Array.fromAsync(Deno.readDir(cacheFolder))).length, before);
  }));

async function folders(cacheFolder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(cacheFolder));
  const names = entries.map(({ name }) => name).filter((name) => name !== "sources");
  assert(names.every((name) => !name.startsWith(".")), names.join());
  return names;
}
