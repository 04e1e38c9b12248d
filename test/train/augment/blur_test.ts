import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { applyBlur, blurRadius, drawBlur } from "../../../train/augment/blur.ts";
import { naiveBlur } from "./blur_oracle.ts";
import { assertNear, correlation, mean, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

async function blur(
  pictures: Pictures,
  blurs: { deviation: number; applied?: 0 | 1 }[],
): Promise<Float32Array> {
  return await read(() =>
    applyBlur(tf.tensor4d(pictures.data, pictures.shape), {
      deviation: tf.tensor1d(blurs.map(({ deviation }) => deviation)),
      applied: tf.tensor1d(blurs.map(({ applied = 1 }) => applied)),
    })
  );
}

/** A white pixel in the middle of black. */
function dot(side: number): Pictures {
  const data = new Float32Array(side * side * 3);
  const middle = Math.floor(side / 2);
  data.fill(1, (middle * side + middle) * 3, (middle * side + middle) * 3 + 3);
  return { data, shape: [1, side, side, 3] };
}

/** The red values of the row through the middle, by their distance from it. */
function middleRow(image: Float32Array, side: number): { distance: number; value: number }[] {
  const middle = Math.floor(side / 2);
  return Array.from({ length: side }, (_, x) => ({
    distance: x - middle,
    value: image[(middle * side + x) * 3],
  }));
}

Deno.test("views are blurred as a textbook blurs them, each by its own σ", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(5, 9, 20, 43),
      fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 1, maxLength: 3 }),
      fc.nat(),
      async (side, deviations, seed) => {
        const pictures = noise([deviations.length, side, side, 3], { largest: 1, seed });
        const length = side * side * 3;
        const expected = deviations.flatMap((deviation, view) =>
          naiveBlur(pictures.data.subarray(view * length, (view + 1) * length), {
            side,
            deviation: Math.fround(deviation),
            radius: blurRadius(side),
          })
        );
        const blurred = await blur(pictures, deviations.map((deviation) => ({ deviation })));
        assertNear(blurred, expected, 2e-6);
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("the kernel is a tenth of the side wide, rounded as in the reference", () => {
  const radii = { 8: 1, 19: 1, 20: 1, 32: 1, 40: 2, 96: 4, 128: 6, 224: 11 };
  for (const [side, radius] of Object.entries(radii)) assertEquals(blurRadius(+side), radius);
});

Deno.test("a mistake of others is not ours: the blur's radius is taken for σ", async () => {
  const side = 201; // so large that σ = 2 ends before the kernel does
  const image = await blur(dot(side), [{ deviation: 2 }]);
  const row = middleRow(image, side);
  const sum = row.reduce((sum, { value }) => sum + value, 0);
  const variance = row.reduce((sum, { distance, value }) => sum + value * distance ** 2, 0) / sum;
  assertAlmostEquals(variance, 2 ** 2, 1e-3); // σ², whatever the radius of 10
  for (const deviation of [0.5, 1, 2]) {
    const small = middleRow(await blur(dot(33), [{ deviation }]), 33);
    const reached = small.filter(({ value }) => value > 0).map(({ distance }) => distance);
    assertEquals(reached, [-1, 0, 1]); // the radius of 1, whatever σ
    const ratio = small[17].value / small[16].value;
    assertAlmostEquals(ratio, Math.exp(-1 / (2 * deviation ** 2)), 1e-6);
  }
});

Deno.test("σ is in pixels: it does not grow with the image", async () => {
  for (const side of [61, 101]) {
    const row = middleRow(await blur(dot(side), [{ deviation: 0.8 }]), side);
    const middle = Math.floor(side / 2);
    assertAlmostEquals(row[middle + 1].value / row[middle].value, Math.exp(-1 / 1.28), 1e-6);
  }
});

Deno.test("a plain image stays plain up to its border, and views that are not blurred stay", async () => {
  const shape: Pictures["shape"] = [2, 24, 24, 3];
  const plain = { data: new Float32Array(2 * 24 * 24 * 3).fill(0.7), shape };
  const blurs = [{ deviation: 2 }, { deviation: 0.3 }];
  assertNear(await blur(plain, blurs), plain.data, 1e-6);
  const pictures = noise(shape, { largest: 1, seed: 3 });
  const half = await blur(pictures, [{ deviation: 2, applied: 0 }, { deviation: 2 }]);
  const length = half.length / 2;
  assertEquals(half.slice(0, length), pictures.data.slice(0, length));
  assertNotEquals(half.slice(length), pictures.data.slice(length));
});

Deno.test("σ is drawn evenly from 0.1 to 2 for each view, and half of the views are blurred", async () => {
  const views = 20_000;
  const draw = async (probability: number, seed = [1, 2]) => {
    const numbers = await read(() => {
      const drawn = drawBlur(views, { probability, seed: tf.tensor1d(seed, "int32") });
      return tf.stack([drawn.deviation, drawn.applied]);
    });
    return { deviation: numbers.slice(0, views), applied: numbers.slice(views) };
  };
  const { deviation, applied } = await draw(0.5);
  assert(Math.min(...deviation) >= 0.1 && Math.min(...deviation) < 0.101);
  assert(Math.max(...deviation) <= 2 && Math.max(...deviation) > 1.999);
  const share = deviation.map((value) => (value - 0.1) / 1.9);
  assertAlmostEquals(mean(share), 1 / 2, 0.01);
  assertAlmostEquals(mean(share.map((value) => value ** 2)), 1 / 3, 0.01); // as uniform ones
  assert(new Set(deviation).size > 0.99 * views, "each view has a σ of its own");
  assertEquals(new Set(applied), new Set([0, 1]));
  assertAlmostEquals(mean(applied), 0.5, 0.015);
  assertAlmostEquals(correlation(deviation, applied), 0, 0.03);
  assertEquals(mean((await draw(0)).applied), 0);
  assertEquals(mean((await draw(1)).applied), 1);
  assertEquals((await draw(0.5)).deviation, deviation);
  assertNotEquals((await draw(0.5, [1, 3])).deviation, deviation);
});
