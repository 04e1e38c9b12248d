import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../../src/errors.ts";
import {
  type Dataset,
  type DatasetOptions,
  describeSkipped,
  hasSplits,
  openDataset,
} from "../../../train/dataset/mod.ts";
import { dot, dots, inTemporaryFolder, SIDE, tar, writeFolder } from "./sources.ts";

const SPLIT_NAMES = [
  "test/cat/a.png",
  "test/owl/a.png",
  "train/cat/a.png",
  "train/cat/b.png",
  "train/owl/a.png",
  "train/owl/b.png",
];

Deno.test("a folder with splits and classes: names, labels and pixels belong together", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(folder, await dots(SPLIT_NAMES));
    assertEquals(await hasSplits(folder), true);
    using train = await openDataset(folder, { side: SIDE, split: "train", cacheFolder });
    assertEquals(train.names, SPLIT_NAMES.slice(2));
    assertEquals(train.classes, ["cat", "owl"]);
    assertEquals([...train.labels!], [0, 0, 1, 1]);
    assertEquals(train.bytes, 4 * SIDE * SIDE * 3);
    assertEquals(await reds(train), [3, 4, 5, 6]);
    using test = await openDataset(folder, { side: SIDE, split: "test", cacheFolder });
    assertEquals([...test.labels!], [0, 1]);
    assertEquals(await reds(test), [1, 2]);
    using both = await openDataset(folder, { side: SIDE, cacheFolder });
    assertEquals(both.names, SPLIT_NAMES);
    assertEquals([...both.labels!], [0, 1, 0, 0, 1, 1]);
  }));

Deno.test("an archive gives what its folder gives, however it was packed", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    const files = await dots(SPLIT_NAMES);
    await Deno.mkdir(folder);
    for (const gzip of [false, true]) {
      for (const top of ["", "./", "photos/", "/home/me/photos/"]) {
        // Members come in any order in an archive; the dataset's order is that of the names.
        const members = Object.entries(files).reverse().map(([name, bytes]) =>
          [top + name, bytes] as [string, Uint8Array]
        );
        const path = join(folder, `photos.${gzip ? "tgz" : "tar"}`);
        await Deno.writeFile(path, await tar(members, { gzip }));
        assertEquals(await hasSplits(path), true);
        using train = await openDataset(path, { side: SIDE, split: "train", cacheFolder });
        assertEquals(
          train.names.map((name) => name.slice(-11)),
          SPLIT_NAMES.slice(2).map((name) => name.slice(-11)),
        );
        assertEquals(train.classes, ["cat", "owl"]);
        assertEquals([...train.labels!], [0, 0, 1, 1]);
        assertEquals(await reds(train), [3, 4, 5, 6]);
      }
    }
  }));

Deno.test("without splits one in ten of each class is for the test, by seed and path alone", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    const names = ["cat", "owl"].flatMap((kind) =>
      Array.from(
        { length: kind === "cat" ? 20 : 30 },
        (_, at) => `${kind}/${String(at).padStart(2, "0")}.png`,
      )
    );
    const files = await dots(names);
    await writeFolder(folder, files);
    assertEquals(await hasSplits(folder), false);
    const parts = async (source: string, seed?: number) => {
      using train = await openDataset(source, { side: SIDE, split: "train", cacheFolder, seed });
      using test = await openDataset(source, { side: SIDE, split: "test", cacheFolder, seed });
      assertEquals([...train.names, ...test.names].map(below).sort(), names);
      assertEquals([...test.labels!], [0, 0, 1, 1, 1]);
      assertEquals(await reds(test), test.names.map((name) => names.indexOf(below(name)) + 1));
      return test.names.map(below);
    };
    const below = (name: string) => name.split("/").slice(-2).join("/");
    const first = await parts(folder);
    assertEquals(await parts(folder, 0), first);
    assertNotEquals(await parts(folder, 1), first);
    const path = `${folder}.tar`;
    await Deno.writeFile(
      path,
      await tar(Object.entries(files).map(([name, bytes]) => [`birds/${name}`, bytes])),
    );
    assertEquals(await parts(path), first);
  }));

Deno.test("imagesPerClass takes the first of each class by name, and broken ones do not count", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    const files = await dots(["cat/a.png", "cat/b.png", "cat/c.png", "owl/a.png", "owl/b.png"]);
    files["cat/a.png"] = files["cat/a.png"].slice(0, 60);
    await writeFolder(folder, files);
    const names = async (imagesPerClass?: number) => {
      using dataset = await openDataset(folder, { side: SIDE, imagesPerClass, cacheFolder });
      return dataset.names;
    };
    assertEquals(await names(1), ["cat/b.png", "owl/a.png"]);
    assertEquals(await names(2), ["cat/b.png", "cat/c.png", "owl/a.png", "owl/b.png"]);
    assertEquals(await names(9), await names());
  }));

for (
  const [what, names, why] of [
    ["images right in the folder", ["a.png", "b.png"], "in no class folder"],
    ["folders within folders", ["2024/may/a.png", "2025/june/b.png"], "in folders within folders"],
    [
      "an image beside the class folders",
      ["a.png", "cat/a.png", "owl/a.png"],
      '"a.png" lies in no class folder',
    ],
    ["a single folder", ["cat/a.png", "cat/b.png"], "in no class folder"],
    ["splits with a single class", ["train/cat/a.png", "test/cat/b.png"], "not two class folders"],
  ] as const
) {
  Deno.test(`no labels: ${what}`, () =>
    inTemporaryFolder(async ({ folder, cacheFolder }) => {
      await writeFolder(folder, await dots([...names]));
      using dataset = await openDataset(folder, { side: SIDE, cacheFolder });
      assertEquals(dataset.count, names.length);
      assertEquals(dataset.labels, null);
      assertEquals(dataset.classes, []);
      assert(dataset.whyUnlabelled?.includes(why), dataset.whyUnlabelled ?? "null");
    }));
}

Deno.test("an unlabelled train/ beside a labelled test/, and what lies outside both", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(
      folder,
      await dots(["extra/a.png", "test/cat/a.png", "test/owl/a.png", "train/a.png", "train/b.png"]),
    );
    using train = await openDataset(folder, { side: SIDE, split: "train", cacheFolder });
    assertEquals([train.count, train.labels], [2, null]);
    assertEquals(train.skipped, [{
      name: "extra/a.png",
      reason: "It lies outside train/ and test/.",
    }]);
    using test = await openDataset(folder, { side: SIDE, split: "test", cacheFolder });
    assertEquals([...test.labels!], [0, 1]);
  }));

Deno.test("broken files are skipped and named, other files are passed over, bytes count and not names", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    const text = new TextEncoder().encode("not an image at all");
    const files = {
      "cat/cut.png": (await dot(9)).slice(0, 60),
      "cat/good.png": await dot(1),
      "cat/no-ending": await dot(2),
      "cat/wrong.jpg": await dot(3),
      "owl/drawing.svg": new TextEncoder().encode("<svg/>"),
      "owl/empty.jpg": new Uint8Array(),
      "owl/good.txt": await dot(4),
      "owl/text.png": text,
      "owl/.hidden.png": await dot(5),
      ".git/a.png": await dot(6),
      "__MACOSX/cat/good.png": await dot(7),
      "README.txt": text,
      "owl/Thumbs.db": text,
    };
    await writeFolder(folder, files);
    await Deno.symlink("nowhere", join(folder, "owl/lost.png"));
    const skipped = [
      "cat/cut.png",
      "owl/drawing.svg",
      "owl/empty.jpg",
      "owl/lost.png",
      "owl/text.png",
    ];
    const archive = `${folder}.tgz`;
    const members = [...Object.entries(files), ["owl/lost.png", { link: "nowhere" }]];
    await Deno.writeFile(archive, await tar(members as [string, Uint8Array][], { gzip: true }));
    for (const source of [folder, archive]) {
      using dataset = await openDataset(source, { side: SIDE, cacheFolder });
      assertEquals(dataset.names, [
        "cat/good.png",
        "cat/no-ending",
        "cat/wrong.jpg",
        "owl/good.txt",
      ]);
      assertEquals([...dataset.labels!], [0, 0, 0, 1]);
      assertEquals(await reds(dataset), [1, 2, 3, 4]);
      assertEquals(dataset.skipped.map(({ name }) => name).sort(), skipped);
      assert(dataset.skipped.every(({ reason }) => reason.startsWith("Cannot ")));
      const sentence = describeSkipped(dataset.skipped)!;
      assert(
        sentence.startsWith("5 files were skipped: ") && sentence.endsWith(" and 2 more."),
        sentence,
      );
    }
  }));

Deno.test("links to files and folders are followed, and a link back up ends the walk there", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(folder, await dots(["cat/a.png"]));
    await writeFolder(`${folder}-2`, await dots(["a.png", "b.png"]));
    await Deno.symlink(`${folder}-2`, join(folder, "owl"));
    await Deno.symlink(join(folder, "cat/a.png"), join(folder, "cat/b.png"));
    await Deno.symlink(folder, join(folder, "cat/loop"));
    using dataset = await openDataset(folder, { side: SIDE, cacheFolder });
    assertEquals(dataset.names, ["cat/a.png", "cat/b.png", "owl/a.png", "owl/b.png"]);
  }));

Deno.test("what cannot be a dataset is refused with what was looked for", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    const refusal = async (source: string, options: Partial<DatasetOptions> = {}) => {
      const open = () => openDataset(source, { side: SIDE, cacheFolder, ...options });
      const error = await assertRejects(open, LookalikeError);
      assertEquals(error.code, "invalid_input");
      return error.message;
    };
    assert((await refusal(folder)).includes("it is not there"));
    await Deno.mkdir(folder);
    assert((await refusal(folder)).includes("JPEG, PNG, WebP, GIF, TIFF, AVIF"));
    await Deno.writeTextFile(join(folder, "bad.jpg"), "text");
    assert((await refusal(folder)).includes('1 file was skipped: "bad.jpg"'));
    assert((await refusal(join(folder, "bad.jpg"))).includes("it is neither"));
    await writeFolder(folder, await dots(["only.png"]));
    assert((await refusal(folder, { split: "test" })).includes("test part is empty"));
    assert((await refusal(folder, { side: 0 })).includes("side must be"));
    assert((await refusal(folder, { imagesPerClass: 1.5 })).includes("imagesPerClass must be"));
  }));

Deno.test("rows are read in the order asked for, again if asked again, and never out of range", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await writeFolder(folder, await dots(["a.png", "b.png", "c.png", "d.png"]));
    using dataset = await openDataset(folder, { side: SIDE, imagesPerClass: 3, cacheFolder });
    const length = SIDE * SIDE * 3;
    const red = (pixels: Uint8Array) => Array.from(pixels).filter((_, at) => at % length === 0);
    assertEquals(red(await dataset.rows([2, 0, 2, 1])), [3, 1, 3, 2]);
    assertEquals(red(await dataset.rows(Int32Array.of(1))), [2]);
    assertEquals((await dataset.rows([])).length, 0);
    const many = await Promise.all([0, 1, 2, 0, 1, 2].map((index) => dataset.rows([index])));
    assertEquals(many.map((pixels) => pixels[0]), [1, 2, 3, 1, 2, 3]);
    for (const index of [-1, 3, 0.5, NaN]) {
      await assertRejects(() => dataset.rows([0, index]), RangeError, `image ${index}`);
    }
    dataset.close();
    dataset.close();
    await assertRejects(() => dataset.all());
  }));

Deno.test("an archive's tricks come to nothing: paths, links, copies, giants", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await Deno.mkdir(folder);
    const path = join(folder, "a.tar");
    const limits = { maxBytes: 2000, maxPixels: 1000 };
    await Deno.writeFile(
      path,
      await tar([
        ["../../outside/cat/a.png", await dot(1)],
        ["outside/owl/a.png", await dot(2)],
        ["outside/owl/a.png", await dot(3)],
        ["outside/owl/b.png", { link: "/etc/passwd" }],
        ["outside/owl/c.png", new Uint8Array(5000)],
        ["outside/film.mp4", new Uint8Array(900_000)],
      ]),
    );
    using dataset = await openDataset(path, { side: SIDE, cacheFolder, limits });
    assertEquals(dataset.names, ["outside/cat/a.png", "outside/owl/a.png"]);
    assertEquals(await reds(dataset), [1, 3]); // of two members with one name the later counts, as in tar
    assertEquals(dataset.skipped.map(({ name }) => name), [
      "outside/owl/b.png",
      "outside/owl/c.png",
    ]);
    assert(dataset.skipped[1].reason.includes("at most 2000 bytes"), dataset.skipped[1].reason);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["a.tar"]);
  }));

Deno.test("an archive that ends too early is damaged, and nothing of it is kept", () =>
  inTemporaryFolder(async ({ folder, cacheFolder }) => {
    await Deno.mkdir(folder);
    const members = Object.entries(await dots(["cat/a.png", "cat/b.png", "owl/a.png"]));
    for (const gzip of [false, true]) {
      const whole = await tar(members, { gzip });
      const path = join(folder, `cut${gzip}.tar`);
      await Deno.writeFile(path, whole.subarray(0, gzip ? whole.length - 20 : 1700));
      const open = () => openDataset(path, { side: SIDE, cacheFolder });
      const error = await assertRejects(open, LookalikeError);
      assertEquals(error.code, "damaged", error.message);
      assertEquals(await visible(cacheFolder), []);
    }
  }));

/** The red of each image's first pixel. */
async function reds(dataset: Dataset): Promise<number[]> {
  const pixels = await dataset.all();
  return Array.from({ length: dataset.count }, (_, at) => pixels[at * SIDE * SIDE * 3]);
}

async function visible(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).filter((name) => name !== "sources").sort();
}
