import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { LookalikeError } from "../../../src/errors.ts";
import type { ImageSource } from "../../../train/dataset/source.ts";
import { embedFolder } from "../../../train/embed_folder/embed_folder.ts";
import { embedImages } from "../../../train/embed_folder/embed_images.ts";
import { createMeanColourRunner } from "../../embed/mean_colour_runner.ts";
import { dot, dots, inTemporaryFolder, SIDE, tar, writeFolder } from "../dataset/sources.ts";

const NAMES = ["b/2.png", "b/10.png", "a/1.png", "c.png", "a/größe\n.png"];
const SORTED = NAMES.toSorted();
/** The mean colour of the dot under a name: its red is its number. */
const colourOf = (name: string) => [NAMES.indexOf(name) + 1, 0, 0];

/** What a file says, by whatever reads its form and was not written by us. */
const READERS: Record<string, (path: string) => Promise<{ ids: string[]; vectors: number[][] }>> = {
  async ".parquet"(path) {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    return {
      ids: rows.map(({ id }) => id as string),
      vectors: rows.map(({ vector }) => vector as number[]),
    };
  },
  async ".npy"(path) {
    const lines = (await Deno.readTextFile(`${path}.ids.jsonl`)).trimEnd().split("\n");
    return {
      ids: lines.map((line) => JSON.parse(line)),
      vectors: readNpy(await Deno.readFile(path)),
    };
  },
  async ".jsonl"(path) {
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    return { ids: lines.map(({ id }) => id), vectors: lines.map(({ vector }) => vector) };
  },
};

/** A NumPy array of two axes, read by the letter of its format. */
function readNpy(file: Uint8Array): number[][] {
  assertEquals([...file.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const view = new DataView(file.buffer);
  const begin = 10 + view.getUint16(8, true);
  assertEquals(begin % 64, 0);
  const header = new TextDecoder().decode(file.subarray(10, begin));
  const [, count, dimension] = header.match(
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/,
  )!.map(Number);
  assertEquals(file.length, begin + count * dimension * 4);
  return Array.from(
    { length: count },
    (_, row) =>
      Array.from(
        { length: dimension },
        (_, column) => view.getFloat32(begin + 4 * (row * dimension + column), true),
      ),
  );
}

function options(folder: string, ending: string) {
  const out = join(dirname(folder), "out", `vectors${ending}`);
  return { source: folder, out, normalized: false, signal: new AbortController().signal };
}

async function entries(folder: string): Promise<string[]> {
  const found: Deno.DirEntry[] = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  return found.map(({ name }) => name).sort();
}

for (const [ending, read] of Object.entries(READERS)) {
  Deno.test(`embed: a folder to ${ending}, in the order of paths, whatever the batches`, () =>
    inTemporaryFolder(async ({ folder }) => {
      await writeFolder(folder, await dots(NAMES));
      for (const maxBatch of [1, 2, 5, 8]) {
        const to = options(folder, ending);
        const runner = createMeanColourRunner({ side: SIDE, maxBatch });
        const { count, skipped, files } = await embedFolder(runner, to);
        assertEquals([count, skipped, files[0]], [5, [], to.out]);
        const { ids, vectors } = await read(to.out);
        assertEquals(ids, SORTED);
        vectors.forEach((vector, at) => assertEquals([...vector], colourOf(ids[at])));
        assertEquals(await entries(dirname(to.out)), files.map((path) => path.split("/").at(-1)!));
      }
    }));

  Deno.test(`embed: float32 numbers come back from ${ending} to the bit`, () =>
    inTemporaryFolder(async ({ folder }) => {
      await writeFolder(folder, await dots(NAMES));
      const odd = [Math.fround(0.1), 2 ** -149, -3.4028234663852886e38, 0, 1 / 3, 16777217].map(
        Math.fround,
      );
      const runner = {
        ...createMeanColourRunner({ side: SIDE }),
        dimension: odd.length,
        run: (_: Uint8Array, count: number) =>
          Promise.resolve(
            Float32Array.from({ length: count * odd.length }, (_, at) => odd[at % odd.length]),
          ),
      };
      const to = options(folder, ending);
      await embedFolder(runner, to);
      for (const vector of (await read(to.out)).vectors) {
        assertEquals([...vector].map(Math.fround), odd);
      }
    }));
}

Deno.test("embed: large sets are Parquet groups of rows, with types that other readers know", () =>
  inTemporaryFolder(async ({ folder }) => {
    await writeFolder(folder, await dots(NAMES));
    const dimension = 400_000; // two rows a group
    const runner = {
      ...createMeanColourRunner({ side: SIDE, maxBatch: 3 }),
      dimension,
      run: (pixels: Uint8Array, count: number) => {
        const size = SIDE * SIDE * 3;
        const vectors = new Float32Array(count * dimension);
        for (let row = 0; row < count; row++) vectors[row * dimension] = pixels[row * size];
        return Promise.resolve(vectors);
      },
    };
    const to = options(folder, ".parquet");
    await embedFolder(runner, to);
    const file = await asyncBufferFromFile(to.out);
    const metadata = await parquetMetadataAsync(file);
    assertEquals(metadata.row_groups.map(({ num_rows }) => Number(num_rows)), [2, 2, 1]);
    assertEquals(
      metadata.schema.map(({ name, type, converted_type }) => [name, type, converted_type]),
      [
        ["schema", undefined, undefined],
        ["id", "BYTE_ARRAY", "UTF8"],
        ["vector", undefined, "LIST"],
        ["list", undefined, undefined],
        ["element", "FLOAT", undefined],
      ],
    );
    const { ids, vectors } = await READERS[".parquet"](to.out);
    assertEquals(ids, SORTED);
    assertEquals(vectors.map((vector) => vector[0]), ids.map((id) => colourOf(id)[0]));
  }));

Deno.test("embed: images that cannot be read are skipped and named, and all are counted", () =>
  inTemporaryFolder(async ({ folder }) => {
    await writeFolder(folder, {
      ...await dots(NAMES),
      "a/broken.jpg": new TextEncoder().encode("no image"),
      "z/last.png": (await dot(9)).subarray(0, 40),
      "README.md": new TextEncoder().encode("no image, and not meant as one"),
    });
    const progress: number[] = [];
    const to = { ...options(folder, ".jsonl"), onProgress: (done: number) => progress.push(done) };
    const runner = createMeanColourRunner({ side: SIDE, maxBatch: 2 });
    const { count, skipped } = await embedFolder(runner, to);
    assertEquals([count, skipped.map(({ name }) => name)], [5, ["a/broken.jpg", "z/last.png"]]);
    assertEquals((await READERS[".jsonl"](to.out)).ids, SORTED);
    assertEquals(progress.at(-1), 7);
    assertEquals(progress, [...new Set(progress)].sort((a, b) => a - b));
  }));

Deno.test("embed: an archive is read too; of two members with one name the last counts", () =>
  inTemporaryFolder(async ({ folder }) => {
    const path = `${folder}.tar.gz`;
    const members: [string, Uint8Array][] = [["x.png", await dot(1)], ["y.png", await dot(2)]];
    await Deno.writeFile(path, await tar([...members, ["x.png", await dot(7)]], { gzip: true }));
    const to = { ...options(folder, ".jsonl"), source: path };
    await embedFolder(createMeanColourRunner({ side: SIDE, maxBatch: 1 }), to);
    const { ids, vectors } = await READERS[".jsonl"](to.out);
    assertEquals([ids, vectors], [["y.png", "x.png"], [[2, 0, 0], [7, 0, 0]]]);
  }));

Deno.test("embed: normalised vectors have length 1", () =>
  inTemporaryFolder(async ({ folder }) => {
    await writeFolder(folder, await dots(NAMES));
    const to = { ...options(folder, ".npy"), normalized: true };
    await embedFolder(createMeanColourRunner({ side: SIDE }), to);
    assertEquals((await READERS[".npy"](to.out)).vectors, NAMES.map(() => [1, 0, 0]));
  }));

Deno.test("embed: the next batch is decoded while the device computes, and not all of them", async () => {
  const names = Array.from({ length: 100 }, (_, at) => `${at}`.padStart(3, "0"));
  let decoded = 0;
  const source: ImageSource = {
    name: "source",
    total: names.length,
    stamp: () => Promise.resolve(null),
    content: () => Promise.resolve(""),
    names: () => Promise.resolve(names),
    async *images({ side }) {
      const pixels = () => Promise.resolve(new Uint8Array(side * side * 3).fill(++decoded));
      for (const name of names) yield { name, pixels };
    },
  };
  const seen: number[] = [];
  const before = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push(decoded);
  };
  const runner = createMeanColourRunner({ side: SIDE, maxBatch: 4, before });
  const signal = new AbortController().signal;
  const batches = embedImages(source, { runner, normalized: false, signal, onSkipped: () => {} });
  const ids = (await Array.fromAsync(batches)).flatMap((batch) => batch.ids);
  assertEquals(ids, names);
  assertEquals(runner.batches, Array(25).fill(4));
  const ahead = 3 * 4 + 2 * navigator.hardwareConcurrency; // batches, and images under way
  seen.slice(0, -1).forEach((count, batch) => {
    const done = 4 * (batch + 1);
    assert(count > done || count === names.length, `${count} decoded while batch ${batch} ran`);
    assert(count <= done + ahead, `${count} decoded while batch ${batch} ran`);
  });
});

Deno.test("embed: what fails or is interrupted leaves nothing behind, and the runner is idle", () =>
  inTemporaryFolder(async ({ folder }) => {
    await writeFolder(folder, await dots(NAMES));
    const to = options(folder, ".npy");
    const stopping = new AbortController();
    const stop = createMeanColourRunner({
      side: SIDE,
      maxBatch: 1,
      before: (batch) => Promise.resolve(batch === 2 ? stopping.abort() : undefined),
    });
    const interrupted = await assertRejects(
      () => embedFolder(stop, { ...to, signal: stopping.signal }),
      LookalikeError,
    );
    assertEquals(interrupted.code, "interrupted");
    assertEquals(stop.batches.length, 2);

    const before = () => Promise.reject(new Error("out of memory"));
    const failing = createMeanColourRunner({ side: SIDE, maxBatch: 1, before });
    await assertRejects(() => embedFolder(failing, to), Error, "out of memory");

    const broken = {
      ...createMeanColourRunner({ side: SIDE }),
      run: (_: Uint8Array, count: number) => Promise.resolve(new Float32Array(count * 3).fill(NaN)),
    };
    const notFinite = await assertRejects(() => embedFolder(broken, to), LookalikeError);
    assertEquals(notFinite.code, "not_finite");
    assertEquals(await entries(dirname(to.out)), []);
  }));

Deno.test("embed: folders without images, and other endings, are refused by name", () =>
  inTemporaryFolder(async ({ folder }) => {
    const runner = createMeanColourRunner({ side: SIDE });
    const refuse = async (to: Partial<ReturnType<typeof options>>, says: string) => {
      const all = { ...options(folder, ".parquet"), ...to };
      const { code, message } = await assertRejects(() => embedFolder(runner, all), LookalikeError);
      assertEquals(code, "invalid_input");
      assertStringIncludes(message, says);
    };
    await refuse({}, "it is not there");
    await writeFolder(folder, { "a.jpg": new Uint8Array(3) });
    await refuse({}, '1 file was skipped: "a.jpg"');
    await refuse({ out: "vectors.csv" }, ".parquet, .npy, .jsonl");
    assert(!(await entries(join(dirname(folder), "out"))).includes("vectors.parquet"));
  }));
