import { assertEquals, assertNotEquals } from "@std/assert";
import sharp from "sharp";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { pipelineOf, pipelinesOf } from "../../../train/augment/pipeline.ts";
import { twoViews } from "../../../train/augment/two_views.ts";
import { resolveConfig } from "../../../train/config.ts";
import { drawViews, type ViewSheetOptions } from "../../../train/pictures/views.ts";
import { noise, read } from "../augment/pictures.ts";

await startTensorFlow({ device: "cpu" });

const CONFIG = resolveConfig();
const [COUNT, SIDE] = [3, 16];
const PICTURES = noise([COUNT, SIDE, SIDE, 3], { largest: 255, seed: 7 });
const IMAGES = {
  count: COUNT,
  side: SIDE,
  all: () => Promise.resolve(Uint8Array.from(PICTURES.data)),
};

/** The pictures of a sheet, each `[size · size · 3]`, row by row; in each pixel the first of its block. */
async function picturesOn(
  options: ViewSheetOptions,
  apart: number[],
): Promise<{ rows: number[][][]; width: number }> {
  const { size, draws } = options;
  const png = await drawViews(IMAGES, options);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const scale = Math.round(96 / size);
  const cell = size * scale + 8;
  const columns = Array.from({ length: 1 + 2 * draws }, (_, column) => column);
  const rows = Array.from({ length: info.height / cell }, (_, row) =>
    columns.map((column) => {
      const left = column * cell + 4 + 12 * apart.filter((first) => first <= column).length;
      return Array.from({ length: size * size }, (_, pixel) => {
        const x = left + (pixel % size) * scale;
        const y = row * cell + 4 + Math.floor(pixel / size) * scale;
        return [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
      }).flat();
    }));
  return { rows, width: info.width };
}

Deno.test("a sheet shows each image and the views that a run's first steps would make", async () => {
  const pipelines = pipelinesOf(CONFIG);
  const options = { ...pipelines, size: SIDE, draws: 2, seed: 5 };
  const { rows, width } = await picturesOn(options, [1]);
  assertEquals([rows.length, width], [COUNT, 5 * 104 + 12]);
  const steps = await Promise.all([0, 1].map((step) =>
    read(() => {
      const images = tf.tensor4d(PICTURES.data, PICTURES.shape);
      const seed = tf.tensor1d([5, step], "int32");
      return twoViews(images, { ...pipelines, size: SIDE, seed });
    })
  ));
  const length = SIDE * SIDE * 3;
  const view = (step: number, row: number) =>
    [...steps[step].subarray(row * length, (row + 1) * length)].map((x) => Math.round(255 * x));
  rows.forEach((row, image) => {
    assertEquals(row[0], [...PICTURES.data.subarray(image * length, (image + 1) * length)]);
    const other = image + COUNT;
    assertEquals(row.slice(1), [
      ...[view(0, image), view(1, image)],
      ...[view(0, other), view(1, other)],
    ]);
  });
});

Deno.test("pipelines that differ stand apart, and images are shown at the views' side", async () => {
  const [first, second] = [pipelineOf(CONFIG, "crop,flip"), pipelineOf(CONFIG, "none")];
  const { rows, width } = await picturesOn({ first, second, size: 8, draws: 3, seed: 0 }, [1, 4]);
  assertEquals(width, 7 * 104 + 2 * 12);
  for (const row of rows) {
    for (const view of row.slice(4)) assertEquals(view, row[0]);
    for (const view of row.slice(1, 4)) assertNotEquals(view, row[0]);
  }
});

Deno.test("drawing views leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  await drawViews(IMAGES, { ...pipelinesOf(CONFIG), size: 8, draws: 2, seed: 0 });
  assertEquals(tf.memory().numTensors, before);
});
