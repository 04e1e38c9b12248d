import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { random } from "../../../src/random.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  applyColourJitter,
  type ColourJitterOptions,
  drawColourJitter,
} from "../../../train/augment/colour_jitter.ts";
import { type Jitter, naiveColourJitter } from "./colour_oracle.ts";
import { assertNear, mean, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

const CIFAR: ColourJitterOptions = { strength: 0.5, probability: 0.8 };
const [BRIGHTNESS, CONTRAST, SATURATION, HUE] = [0, 1, 2, 3];

/** Draws what happens to each of so many views. */
async function draw(
  views: number,
  options: ColourJitterOptions & { seed?: [number, number] },
): Promise<Jitter[]> {
  const { seed = [3, 4], ...jitter } = options;
  const numbers = await read(() => {
    const drawn = drawColourJitter(views, { ...jitter, seed: tf.tensor1d(seed, "int32") });
    const order = tf.cast(drawn.order, "float32");
    return tf.concat([order, drawn.amounts, drawn.applied.reshape([views, 1])], 1); // [M, 9]
  });
  return Array.from({ length: views }, (_, view) => {
    const row = Array.from(numbers.subarray(view * 9, view * 9 + 9));
    return { order: row.slice(0, 4), amounts: row.slice(4, 8), applied: row[8] };
  });
}

async function apply(pictures: Pictures, jitters: Jitter[]): Promise<Float32Array> {
  return await read(() =>
    applyColourJitter(tf.tensor4d(pictures.data, pictures.shape), {
      order: tf.tensor2d(jitters.map(({ order }) => order), [jitters.length, 4], "int32"),
      amounts: tf.tensor2d(jitters.map(({ amounts }) => amounts)),
      applied: tf.tensor1d(jitters.map(({ applied }) => applied)),
    })
  );
}

function expected(pictures: Pictures, jitters: Jitter[]): number[] {
  const size = pictures.data.length / jitters.length;
  return jitters.flatMap((jitter, view) =>
    naiveColourJitter(pictures.data.subarray(view * size, (view + 1) * size), jitter)
  );
}

/** All 24 orders of the four operations. */
const ORDERS = [0, 1, 2, 3].flatMap((a) =>
  [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].flatMap((c) => [0, 1, 2, 3].map((d) => [a, b, c, d])))
).filter((order) => new Set(order).size === 4);

/** A view an order, with amounts of any strength up to 1. */
function everyOrder(seed: number): Jitter[] {
  const source = random(seed, 9);
  const factor = () => Math.fround(0.2 + 1.6 * source.next());
  return ORDERS.map((order) => ({
    order,
    amounts: [factor(), factor(), factor(), Math.fround(0.4 * source.next() - 0.2)],
    applied: 1,
  }));
}

Deno.test("colours change as a textbook changes them, in each of the 24 orders", async () => {
  assertEquals(ORDERS.length, 24);
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const pictures = noise([24, 3, 4, 3], { largest: 1, seed });
      const jitters = everyOrder(seed);
      assertNear(await apply(pictures, jitters), expected(pictures, jitters), 2e-5);
    }),
    { numRuns: 30 },
  );
});

Deno.test("black, white, gray and pure colours change without a NaN", async () => {
  const plain = [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]];
  const jitters = everyOrder(1).slice(0, plain.length);
  const data = Float32Array.from(plain.flatMap((colour) => [...colour, ...colour]));
  const pictures: Pictures = { data, shape: [plain.length, 1, 2, 3] };
  assertNear(await apply(pictures, jitters), expected(pictures, jitters), 1e-5);
});

Deno.test("a mistake of others is not ours: one order of operations serves the whole batch", async () => {
  const one = noise([1, 4, 4, 3], { largest: 1, seed: 2 });
  const data = Float32Array.from({ length: 24 * 48 }, (_, at) => one.data[at % 48]);
  const pictures: Pictures = { data, shape: [24, 4, 4, 3] };
  const [{ amounts }] = everyOrder(3);
  const jitters = ORDERS.map((order) => ({ order, amounts, applied: 1 }));
  const changed = await apply(pictures, jitters);
  assertNear(changed, expected(pictures, jitters), 2e-5);
  const distinct = new Set(
    ORDERS.map((_, view) => changed.slice(view * 48, view * 48 + 48).join()),
  );
  assert(distinct.size > 12, `only ${distinct.size} of 24 orders can be told apart`);
});

Deno.test("views that are not to change stay as they are, among others that change", async () => {
  const pictures = noise([24, 3, 3, 3], { largest: 1, seed: 4 });
  const jitters = everyOrder(4).map((jitter, view) => ({ ...jitter, applied: view % 3 ? 1 : 0 }));
  const changed = await apply(pictures, jitters);
  assertNear(changed, expected(pictures, jitters), 2e-5);
  for (let view = 0; view < 24; view += 3) {
    const rows = [view * 27, view * 27 + 27];
    assertEquals(changed.slice(...rows), pictures.data.slice(...rows));
  }
});

Deno.test("colours stay within 0 … 1 at the greatest strength", async () => {
  const jitters = await draw(64, { strength: 2, probability: 1 });
  const changed = await apply(noise([64, 5, 5, 3], { largest: 1, seed: 5 }), jitters);
  assert(changed.every((value) => value >= 0 && value <= 1));
});

Deno.test("a strength of 0 changes nothing, nor does a probability of 0", async () => {
  const pictures = noise([32, 4, 4, 3], { largest: 1, seed: 6 });
  const still = await apply(pictures, await draw(32, { strength: 0, probability: 1 }));
  assertNear(still, pictures.data, 1e-5);
  const never = await apply(pictures, await draw(32, { strength: 1, probability: 0 }));
  assertEquals(never, pictures.data);
});

Deno.test("amounts fill the ranges of their strength and do not leave them", async () => {
  for (const strength of [0.25, 0.5, 1, 2]) {
    const jitters = await draw(5000, { strength, probability: 1 });
    for (const operation of [BRIGHTNESS, CONTRAST, SATURATION, HUE]) {
      const amounts = jitters.map((jitter) => jitter.amounts[operation]);
      const [low, high] = operation === HUE
        ? [-0.2 * strength, 0.2 * strength]
        : [Math.max(0, 1 - 0.8 * strength), 1 + 0.8 * strength];
      const slack = 0.01 * (high - low);
      const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
      assert(least >= low - 1e-6 && least < low + slack, `${least} of ${low} … ${high}`);
      assert(most <= high + 1e-6 && most > high - slack, `${most} of ${low} … ${high}`);
      assertAlmostEquals(mean(amounts), (low + high) / 2, 3 * slack);
    }
  }
});

Deno.test("orders are permutations, and all equally likely", async () => {
  const jitters = await draw(24_000, CIFAR);
  const counts = new Map<string, number>();
  for (const { order } of jitters) {
    assertEquals([...order].sort(), [0, 1, 2, 3]);
    counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  assert(chiSquare < 50, `χ² is ${chiSquare}, and 50 or more one time in a thousand`); // 23 degrees
});

Deno.test("so many views change as the probability says, whatever their order and amounts", async () => {
  const jitters = await draw(20_000, CIFAR);
  assertAlmostEquals(mean(jitters.map(({ applied }) => applied)), 0.8, 0.01);
  const brightFirst = jitters.filter(({ order, amounts }) => order[0] === 0 && amounts[0] > 1);
  assertAlmostEquals(mean(brightFirst.map(({ applied }) => applied)), 0.8, 0.03);
  assertAlmostEquals(brightFirst.length / jitters.length, 1 / 8, 0.01);
});

Deno.test("every view draws amounts of its own, the same for the same seed", async () => {
  const jitters = await draw(100, CIFAR);
  for (const operation of [BRIGHTNESS, CONTRAST, SATURATION, HUE]) {
    assertEquals(new Set(jitters.map(({ amounts }) => amounts[operation])).size, 100);
  }
  assertEquals(await draw(100, CIFAR), jitters);
  assertNotEquals(await draw(100, { ...CIFAR, seed: [3, 5] }), jitters);
  assertNotEquals(await draw(100, { ...CIFAR, seed: [4, 4] }), jitters);
});
