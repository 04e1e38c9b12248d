import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { cutHoles, type CutoutOptions, drawHoles } from "../../../train/augment/cutout.ts";
import { correlation, mean, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

const FIELDS = ["top", "left", "height", "width"] as const;
type Hole = Record<typeof FIELDS[number], number>;

async function cut(pictures: Pictures, holes: Hole[]): Promise<Float32Array> {
  const column = (field: keyof Hole) => tf.tensor1d(holes.map((hole) => hole[field]));
  return await read(() =>
    cutHoles(tf.tensor4d(pictures.data, pictures.shape), {
      top: column("top"),
      left: column("left"),
      height: column("height"),
      width: column("width"),
    })
  );
}

/** Gray where a pixel's centre is in the hole, pixel by pixel. */
function naiveCut(pictures: Pictures, holes: Hole[]): Float32Array {
  const [, side] = pictures.shape;
  return pictures.data.map((value, at) => {
    const pixel = Math.floor(at / 3);
    const { top, left, height, width } = holes[Math.floor(pixel / side ** 2)];
    const y = (Math.floor(pixel / side) % side + 0.5) / side;
    const x = (pixel % side + 0.5) / side;
    return y >= top && y < top + height && x >= left && x < left + width ? 0.5 : value;
  });
}

async function draw(
  views: number,
  options: CutoutOptions & { seed?: number[] },
): Promise<Record<typeof FIELDS[number], Float32Array>> {
  const { seed = [4, 5], ...cutout } = options;
  const numbers = await read(() => {
    const holes = drawHoles(views, { ...cutout, seed: tf.tensor1d(seed, "int32") });
    return tf.stack(FIELDS.map((field) => holes[field]));
  });
  const column = (index: number) => numbers.slice(index * views, (index + 1) * views);
  return { top: column(0), left: column(1), height: column(2), width: column(3) };
}

// In 128ths, as are the centres of pixels here: no rounding decides what lies in a hole
const share = () => fc.integer({ min: 0, max: 128 }).map((step) => step / 128);
const holes = fc.array(
  fc.record({ top: share(), left: share(), height: share(), width: share() }),
  { minLength: 1, maxLength: 4 },
);

Deno.test("holes are gray where a textbook says, and all else stays bit for bit", async () => {
  await fc.assert(
    fc.asyncProperty(holes, fc.constantFrom(1, 4, 8, 16), fc.nat(), async (holes, side, seed) => {
      const pictures = noise([holes.length, side, side, 3], { largest: 1, seed });
      assertEquals(await cut(pictures, holes), naiveCut(pictures, holes));
    }),
  );
});

Deno.test("holes lie in their view whole, with sides from half the largest to all of it", async () => {
  const views = 20_000;
  const { top, left, height, width } = await draw(views, { probability: 1, size: 0.4 });
  for (const [start, extent] of [[top, height], [left, width]]) {
    assert(Math.min(...extent) > 0.2 - 1e-6 && Math.min(...extent) < 0.201);
    assert(Math.max(...extent) < 0.4 + 1e-6 && Math.max(...extent) > 0.399);
    assertAlmostEquals(mean(extent), 0.3, 0.002);
    assert(start.every((value, view) => value >= 0 && value + extent[view] <= 1 + 1e-6));
    const places = start.map((value, view) => value / (1 - extent[view]));
    assertAlmostEquals(mean(places), 1 / 2, 0.01);
    assertAlmostEquals(mean(places.map((place) => place ** 2)), 1 / 3, 0.01); // as uniform ones
    assertAlmostEquals(correlation(places, extent), 0, 0.03);
  }
  assertAlmostEquals(correlation(height, width), 0, 0.03);
  assertAlmostEquals(correlation(top, left), 0, 0.03);
});

Deno.test("so many views have a hole as the probability says, each a hole of its own", async () => {
  const { height, width } = await draw(10_000, { probability: 0.3, size: 0.5 });
  assertAlmostEquals(mean(height.map((value) => value > 0 ? 1 : 0)), 0.3, 0.015);
  assertEquals(height.map((value) => value > 0 ? 1 : 0), width.map((value) => value > 0 ? 1 : 0));
  const always = await draw(200, { probability: 1, size: 0.5 });
  for (const field of FIELDS) assertEquals(new Set(always[field]).size, 200);
  assertEquals(await draw(200, { probability: 1, size: 0.5 }), always);
  assertNotEquals(await draw(200, { probability: 1, size: 0.5, seed: [4, 6] }), always);
});

Deno.test("a probability or a size of 0 changes nothing", async () => {
  const pictures = noise([16, 8, 8, 3], { largest: 1, seed: 1 });
  for (const options of [{ probability: 0, size: 1 }, { probability: 1, size: 0 }]) {
    const seed = () => tf.tensor1d([1, 2], "int32");
    const views = await read(() =>
      cutHoles(
        tf.tensor4d(pictures.data, pictures.shape),
        drawHoles(16, { ...options, seed: seed() }),
      )
    );
    assertEquals(views, pictures.data);
  }
});
