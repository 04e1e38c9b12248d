import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  type CropOptions,
  type Crops,
  cutCrops,
  drawCrops,
} from "../../../train/augment/random_resized_crop.ts";
import { type Crop, naiveCutCrops } from "./crop_oracle.ts";
import { assertNear, correlation, mean, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

const PAPER: CropOptions = { area: [0.08, 1], aspectRatio: [3 / 4, 4 / 3], flip: 0.5 };
const FIELDS = ["top", "left", "height", "width", "flip"] as const;

/** Draws crops and reads them, field by field. */
async function draw(
  views: number,
  options: { crop?: CropOptions; imageSize?: [number, number]; seed?: [number, number] } = {},
): Promise<Record<typeof FIELDS[number], Float32Array>> {
  const { crop = PAPER, imageSize = [32, 32], seed = [1, 2] } = options;
  const numbers = await read(() => {
    const crops = drawCrops(views, { ...crop, imageSize, seed: tf.tensor1d(seed, "int32") });
    return tf.stack(FIELDS.map((field) => crops[field]));
  });
  const column = (index: number) => numbers.subarray(index * views, (index + 1) * views);
  return Object.fromEntries(FIELDS.map((field, index) => [field, column(index)])) as Record<
    typeof FIELDS[number],
    Float32Array
  >;
}

async function cut(pictures: Pictures, crops: Crop[], size: number): Promise<Float32Array> {
  return await read(() => {
    const column = (field: keyof Crop) => tf.tensor1d(crops.map((crop) => crop[field]));
    const fields = FIELDS.map((field) => [field, column(field)]);
    const images = tf.tensor4d(pictures.data, pictures.shape);
    return cutCrops(images, Object.fromEntries(fields) as Crops, size);
  });
}

function whole(side: number, flip: 0 | 1 = 0): Crop {
  return { top: 0, left: 0, height: side, width: side, flip };
}

Deno.test("drawn crops lie in the image, within the ranges of area and aspect ratio", async () => {
  for (const imageSize of [[32, 32], [24, 40]] as [number, number][]) {
    const { top, left, height, width } = await draw(20_000, { imageSize });
    const [rows, columns] = imageSize;
    for (let view = 0; view < top.length; view++) {
      const area = height[view] * width[view] / (rows * columns);
      if (height[view] === rows && width[view] === columns) continue; // none of its crops fitted
      const ratio = width[view] / height[view];
      assert(area > 0.08 - 1e-5 && area < 1 + 1e-5, `area ${area}`);
      assert(ratio > 3 / 4 - 1e-5 && ratio < 4 / 3 + 1e-5, `aspect ratio ${ratio}`);
      assert(top[view] >= 0 && top[view] + height[view] <= rows + 1e-4, `top ${top[view]}`);
      assert(left[view] >= 0 && left[view] + width[view] <= columns + 1e-4, `left ${left[view]}`);
    }
  }
});

Deno.test("area, aspect ratio, place and flip are spread as the paper says", async () => {
  const { top, left, height, width, flip } = await draw(40_000);
  const areas = height.map((value, view) => value * width[view] / 1024);
  const expected = meanAreaThatFits();
  assertAlmostEquals(mean(areas), expected, 0.005);
  assertAlmostEquals(mean(height.map((value, view) => Math.log(width[view] / value))), 0, 0.005);
  assert(Math.min(...areas) < 0.081 && Math.max(...areas) > 0.99, "the ranges are used");
  const placesOf = (start: Float32Array, extent: Float32Array) =>
    start.map((value, view) => value / (32 - extent[view]));
  const [down, across] = [placesOf(top, height), placesOf(left, width)];
  for (const places of [down, across]) {
    assertAlmostEquals(mean(places), 0.5, 0.01);
    assertAlmostEquals(mean(places.map((place) => place ** 2)), 1 / 3, 0.01); // as uniform ones
  }
  assertAlmostEquals(mean(flip), 0.5, 0.01);
  assertEquals(new Set(flip), new Set([0, 1]));
  // What is drawn of a view tells nothing of the rest of it
  const pairs = [[areas, flip], [down, flip], [across, flip], [down, across], [across, areas]];
  for (const [a, b] of pairs) assertAlmostEquals(correlation(a, b), 0, 0.02);
});

/** The mean of a · [it fits] over [it fits], on a grid of areas and of logarithms of ratios. */
function meanAreaThatFits(): number {
  const [steps, sums] = [500, { fits: 0, area: 0 }];
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j < steps; j++) {
      const area = 0.08 + 0.92 * (i + 0.5) / steps;
      const ratio = Math.exp(Math.log(4 / 3) * (2 * (j + 0.5) / steps - 1));
      if (area * ratio > 1 || area / ratio > 1) continue;
      sums.fits++;
      sums.area += area;
    }
  }
  return sums.area / sums.fits;
}

Deno.test("every view draws for itself, again for every step, and the same for the same seed", async () => {
  const crops = await draw(256);
  assertEquals(new Set(crops.top).size, 256);
  assertEquals(new Set(crops.height).size, 256);
  assertEquals(await draw(256), crops);
  assertNotEquals((await draw(256, { seed: [1, 3] })).top, crops.top);
  assertNotEquals((await draw(256, { seed: [2, 2] })).top, crops.top);
});

Deno.test("flips happen as often as asked for", async () => {
  for (const flip of [0, 0.2, 1]) {
    const crops = await draw(10_000, { crop: { ...PAPER, flip } });
    assertAlmostEquals(mean(crops.flip), flip, 0.02);
  }
});

Deno.test("fixed ranges give fixed sizes, and where nothing fits the whole image is taken", async () => {
  const quarter = await draw(50, { crop: { area: [0.25, 0.25], aspectRatio: [1, 1], flip: 0 } });
  assertNear(quarter.height, new Float32Array(50).fill(16), 1e-5);
  assertNear(quarter.width, new Float32Array(50).fill(16), 1e-5);
  const never = await draw(50, { crop: { area: [1, 1], aspectRatio: [0.5, 0.7], flip: 0 } });
  assertEquals(new Set([...never.height, ...never.width]), new Set([32]));
  assertEquals(new Set([...never.top, ...never.left]), new Set([0]));
});

/** Pictures, crops of them and a size, all of them small. */
const cuts = fc.record({
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  size: fc.integer({ min: 1, max: 8 }),
  seed: fc.nat(),
  crops: fc.array(
    fc.record({
      height: fc.double({ min: 0.05, max: 1, noNaN: true }),
      width: fc.double({ min: 0.05, max: 1, noNaN: true }),
      top: fc.double({ min: 0, max: 1, noNaN: true }),
      left: fc.double({ min: 0, max: 1, noNaN: true }),
      flip: fc.constantFrom(0 as const, 1 as const),
    }),
    { minLength: 1, maxLength: 4 },
  ),
}).map(({ height, width, size, seed, crops }) => ({
  pictures: noise([crops.length, height, width, 3], { largest: 255, seed }),
  size,
  crops: crops.map((shares): Crop => {
    const [tall, wide] = [Math.fround(shares.height * height), Math.fround(shares.width * width)];
    return {
      height: tall,
      width: wide,
      top: Math.fround(shares.top * (height - tall)),
      left: Math.fround(shares.left * (width - wide)),
      flip: shares.flip,
    };
  }),
}));

Deno.test("cut crops equal those that a textbook cuts, enlarged, reduced and mirrored", async () => {
  await fc.assert(
    fc.asyncProperty(cuts, async ({ pictures, crops, size }) => {
      assertNear(await cut(pictures, crops, size), naiveCutCrops(pictures, crops, size), 1e-5);
    }),
  );
});

Deno.test("the whole image at its own size is the image, and mirrored its mirror image", async () => {
  const pictures = noise([2, 7, 7, 3], { largest: 255, seed: 1 });
  const views = await cut(pictures, [whole(7), whole(7, 1)], 7);
  const expected = pictures.data.map((_, at) => {
    const [pixel, colour] = [Math.floor(at / 3), at % 3];
    const x = pixel % 7;
    const isMirrored = at >= pictures.data.length / 2;
    return pictures.data[(pixel - x + (isMirrored ? 6 - x : x)) * 3 + colour] / 255;
  });
  assertNear(views, expected, 6e-8); // half a unit in the last place below 1
});

Deno.test("a plain image stays plain wherever it is cut", async () => {
  const { top, left, height, width, flip } = await draw(64);
  const crops = Array.from(top, (_, view): Crop => ({
    top: top[view],
    left: left[view],
    height: height[view],
    width: width[view],
    flip: flip[view] as 0 | 1,
  }));
  const shape: Pictures["shape"] = [64, 32, 32, 3];
  const pictures = { data: new Float32Array(64 * 32 * 32 * 3).fill(200), shape };
  const views = await cut(pictures, crops, 24);
  assertNear(views, views.map(() => 200 / 255), 1e-6);
});

Deno.test("what is reduced is averaged, not picked out", async () => {
  const shape: Pictures["shape"] = [1, 8, 8, 3];
  const board = Float32Array.from({ length: 8 * 8 * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return (pixel + Math.floor(pixel / 8)) % 2 === 0 ? 255 : 0;
  });
  const views = await cut({ data: board, shape }, [whole(8)], 2); // two of four would pick one colour
  assertNear(views, views.map(() => 0.5), 0.02);
});
