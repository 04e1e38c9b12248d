import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { addNoise, drawNoise, type NoiseOptions } from "../../../train/augment/noise.ts";
import { assertNear, correlation, mean, noise, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

const [VIEWS, SIDE] = [1000, 12];
const LENGTH = SIDE * SIDE * 3;

/** The noise of each view. */
async function draw(
  options: NoiseOptions & { seed?: number[]; valueSeed?: number[] },
): Promise<Float32Array[]> {
  const { seed = [1, 2], valueSeed = [2, 2], ...rest } = options;
  const numbers = await read(() =>
    drawNoise([VIEWS, SIDE, SIDE, 3], {
      ...rest,
      seed: tf.tensor1d(seed, "int32"),
      valueSeed: tf.tensor1d(valueSeed, "int32"),
    })
  );
  return Array.from(
    { length: VIEWS },
    (_, view) => numbers.slice(view * LENGTH, (view + 1) * LENGTH),
  );
}

const deviationOf = (values: Float32Array) => Math.sqrt(mean(values.map((value) => value ** 2)));

Deno.test("noise is added to every value, and what leaves 0 … 1 is cut", async () => {
  const pictures = noise([3, 5, 5, 3], { largest: 1, seed: 1 });
  const added = noise([3, 5, 5, 3], { largest: 1, seed: 2 }).data.map((value) => value - 0.5);
  const views = await read(() =>
    addNoise(tf.tensor4d(pictures.data, pictures.shape), tf.tensor4d(added, pictures.shape))
  );
  const expected = pictures.data.map((value, at) => Math.min(1, Math.max(0, value + added[at])));
  assertNear(views, expected, 1e-7);
  assert(views.includes(0) && views.includes(1), "both ends are reached");
});

Deno.test("a mistake of others is not ours: one σ serves the whole batch", async () => {
  const drawn = await draw({ probability: 1, deviation: 0.2 });
  const deviations = Float32Array.from(drawn, deviationOf);
  assertAlmostEquals(mean(deviations), 0.1, 0.006); // evenly from 0 to 0.2
  assertAlmostEquals(mean(deviations.map((value) => value ** 2)), 0.04 / 3, 0.001);
  assert(Math.max(...deviations) < 0.22 && Math.min(...deviations) < 0.005);
  assertEquals(new Set(deviations).size, VIEWS);
});

Deno.test("within a view the noise is Gaussian, and its own in every pixel and colour", async () => {
  const drawn = await draw({ probability: 1, deviation: 0.2 });
  const normal = drawn.flatMap((values) => {
    const deviation = deviationOf(values);
    return [...values].map((value) => value / deviation);
  });
  assertAlmostEquals(mean(normal), 0, 0.01);
  assertAlmostEquals(mean(normal.map((value) => value ** 4)), 3, 0.05); // the kurtosis of a Gaussian
  assertAlmostEquals(mean(normal.map((value) => Math.abs(value) < 1 ? 1 : 0)), 0.6827, 0.005);
  const values = Float32Array.from(normal);
  for (const apart of [1, 3, SIDE * 3, LENGTH]) { // colour, column, row, view
    assertAlmostEquals(correlation(values.slice(apart), values.slice(0, -apart)), 0, 0.01);
  }
});

Deno.test("so many views are noisy as the probability says, and a σ of 0 is no noise", async () => {
  const isNoisy = (values: Float32Array) => values.some((value) => value !== 0) ? 1 : 0;
  const half = (await draw({ probability: 0.5, deviation: 0.1 })).map(isNoisy);
  assertAlmostEquals(mean(half), 0.5, 0.06);
  for (const none of [{ probability: 0, deviation: 0.1 }, { probability: 1, deviation: 0 }]) {
    assertEquals(mean((await draw(none)).map(isNoisy)), 0);
  }
});

Deno.test("noise is a function of its seeds: one decides σ, the other the values", async () => {
  const options = { probability: 1, deviation: 0.1 };
  const [first] = await draw(options);
  assertEquals((await draw(options))[0], first);
  const ratio = ([again]: Float32Array[]) => first.map((value, at) => again[at] / value);
  const louder = ratio(await draw({ ...options, seed: [1, 3] }));
  assertNear(louder, louder.map(() => louder[0]), 1e-5 * louder[0]);
  assertNotEquals(louder[0], 1);
  const others = ratio(await draw({ ...options, valueSeed: [2, 3] }));
  assertNotEquals(others[0], others[1]);
});
