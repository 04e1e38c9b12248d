import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openDataset, selectImages } from "../../../train/dataset/mod.ts";

const SIDE = 8;
const ROW = SIDE * SIDE * 3;

const cacheFolder = await Deno.makeTempDir();
const whole = await openDataset("shapes", {
  ...{ side: SIDE, split: "train", imagesPerClass: 2, cacheFolder },
});
Deno.test.afterAll(() => {
  whole.close();
  Deno.removeSync(cacheFolder, { recursive: true });
});

Deno.test("a part has the images, labels and names that were chosen, in their order", async () => {
  const chosen = [5, 0, 5, 19];
  const part = selectImages(whole, chosen);
  assertEquals([part.count, part.side, part.bytes], [4, SIDE, 4 * ROW]);
  assertEquals(Array.from(part.labels!), chosen.map((index) => whole.labels![index]));
  assertEquals(part.names, chosen.map((index) => whole.names[index]));
  assertEquals(part.classes, whole.classes);
  assertEquals(await part.all(), await whole.rows(chosen));
  assertEquals(await part.rows([3, 1]), await whole.rows([19, 0]));
});

Deno.test("a part of a part reads from the whole; closing it leaves the whole open", async () => {
  const part = selectImages(selectImages(whole, [4, 3, 2]), [2, 0]);
  assertEquals(await part.all(), await whole.rows([2, 4]));
  part.close();
  assertEquals((await whole.rows([0])).length, ROW);
});

Deno.test("images that are not there are refused", async () => {
  for (const index of [-1, 20, NaN]) {
    assertThrows(() => selectImages(whole, [0, index]), RangeError);
  }
  await assertRejects(async () => await selectImages(whole, [0]).rows([1]), RangeError);
});
