import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { sha256 } from "../../../src/files.ts";
import { drawShape, hasSplits, openDataset, SHAPE_CLASSES } from "../../../train/dataset/mod.ts";
import { inTemporaryFolder } from "./sources.ts";

const first = { shape: "star", split: "train", index: 0, seed: 0, side: 32 } as const;

Deno.test("a picture is a function of class, split, number, seed and side", () => {
  const pixels = drawShape(first);
  assertEquals(drawShape({ ...first }), pixels);
  for (
    const other of [{ shape: "heart" }, { split: "test" as const }, { index: 1 }, { seed: 1 }]
  ) assertNotEquals(drawShape({ ...first, ...other }), pixels);
});

Deno.test("the pictures are those of DRAWING_VERSION 1; who changes them raises it", () => {
  const all = SHAPE_CLASSES.map((shape) => drawShape({ ...first, shape }));
  assertEquals(sha256(...all).slice(0, 16), "e1859af9e39ae825");
});

Deno.test("a larger side shows the same picture, finer", () => {
  for (const shape of SHAPE_CLASSES) {
    const coarse = drawShape({ ...first, shape });
    const fine = drawShape({ ...first, shape, side: 64 });
    let difference = 0;
    for (let row = 0; row < 32; row++) {
      for (let column = 0; column < 32; column++) {
        for (let channel = 0; channel < 3; channel++) {
          const at = (y: number, x: number) =>
            fine[((2 * row + y) * 64 + 2 * column + x) * 3 + channel];
          const mean = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
          difference += Math.abs(mean - coarse[(row * 32 + column) * 3 + channel]);
        }
      }
    }
    assert(difference / coarse.length < 12, `${shape}: ${difference / coarse.length}`);
  }
});

Deno.test("neither the nearest picture nor the mean colour gives the class", () => {
  const draw = (split: "train" | "test", count: number) =>
    SHAPE_CLASSES.flatMap((shape, label) =>
      Array.from({ length: count }, (_, index) => ({
        label,
        pixels: drawShape({ ...first, shape, split, index, side: 16 }),
      }))
    );
  const [train, test] = [draw("train", 60), draw("test", 20)];
  const meanColour = (pixels: Uint8Array) =>
    [0, 1, 2].map((channel) =>
      pixels.reduce((sum, value, at) => at % 3 === channel ? sum + value : sum, 0) / 256
    );
  assert(nearestAccuracy(train, test, (pixels) => pixels) < 0.4);
  assert(nearestAccuracy(train, test, meanColour) < 0.2); // chance is 0.1
});

Deno.test("shapes as a dataset: splits, ten classes, a prefix of more, and a cache", () =>
  inTemporaryFolder(async ({ cacheFolder }) => {
    assertEquals(await hasSplits("shapes"), true);
    const options = { side: 8, cacheFolder };
    using train = await openDataset("shapes", { ...options, split: "train" });
    assertEquals([train.count, train.decoded], [5000, 6000]);
    assertEquals(train.classes, SHAPE_CLASSES);
    assertEquals(train.names[0], "train/arrow/0000");
    assertEquals(train.labels![4999], 9);
    using test = await openDataset("shapes", { ...options, split: "test", imagesPerClass: 2 });
    assertEquals([test.count, test.decoded], [20, 0]);
    assertEquals(
      await test.rows([1]),
      drawShape({ shape: "arrow", split: "test", index: 1, seed: 0, side: 8 }),
    );
    using some = await openDataset("shapes", { ...options, split: "train", imagesPerClass: 300 });
    assertEquals([some.count, some.decoded], [3000, 0]);
    using more = await openDataset("shapes", { ...options, split: "train", imagesPerClass: 510 });
    assertEquals(more.count, 5100);
    assertEquals(await more.rows([509 + 499]), await train.rows([998])); // circle's 498th in both
    using other = await openDataset("shapes", { ...options, split: "train", seed: 1 });
    assertNotEquals(await other.rows([0]), await train.rows([0]));
  }));

interface Example {
  label: number;
  pixels: Uint8Array;
}

/** The share of `test` whose nearest example of `train` is of its class. */
function nearestAccuracy(
  train: Example[],
  test: Example[],
  features: (pixels: Uint8Array) => ArrayLike<number>,
): number {
  const known = train.map(({ label, pixels }) => ({ label, at: features(pixels) }));
  const right = test.filter(({ label, pixels }) => {
    const at = features(pixels);
    let [nearest, found] = [Infinity, -1];
    for (const example of known) {
      let distance = 0;
      for (let axis = 0; axis < at.length; axis++) distance += (at[axis] - example.at[axis]) ** 2;
      if (distance < nearest) [nearest, found] = [distance, example.label];
    }
    return found === label;
  });
  return right.length / test.length;
}
