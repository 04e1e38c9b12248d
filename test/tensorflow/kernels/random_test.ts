import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { randomNormal, randomUniform, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

const COUNT = 40_000;
/** Standard errors of a mean that chance exceeds once in two million times. */
const SIGMAS = 5;

const seed = (...values: number[]) => tf.tensor1d(values, "int32");
const draws = {
  uniform: async (...values: number[]) =>
    await randomUniform<tf.Rank.R1>([COUNT], seed(...values)).data(),
  normal: async (...values: number[]) =>
    await randomNormal<tf.Rank.R1>([COUNT], seed(...values)).data(),
};

/** The k-th moment of the draws, beside the one that it should be, of the given variance of x^k. */
function assertMoment(
  values: ArrayLike<number>,
  moment: { power: number; expected: number; variance: number },
): void {
  const { power, expected, variance } = moment;
  const mean = Array.from(values).reduce((sum, x) => sum + x ** power, 0) / values.length;
  assertAlmostEquals(mean, expected, SIGMAS * Math.sqrt(variance / values.length));
}

Deno.test("uniform numbers lie in [0, 1), evenly", async () => {
  const values = await draws.uniform(1, 2);
  assert(values.every((value) => value >= 0 && value < 1));
  for (const power of [1, 2, 3, 4]) { // E[x^k] = 1/(k + 1)
    const expected = 1 / (power + 1);
    assertMoment(values, { power, expected, variance: 1 / (2 * power + 1) - expected ** 2 });
  }
});

Deno.test("normal numbers have the moments of the standard normal distribution", async () => {
  const values = await draws.normal(1, 2);
  assertMoment(values, { power: 1, expected: 0, variance: 1 });
  assertMoment(values, { power: 2, expected: 1, variance: 2 });
  assertMoment(values, { power: 3, expected: 0, variance: 15 });
  assertMoment(values, { power: 4, expected: 3, variance: 96 });
});

for (const [name, draw] of Object.entries(draws)) {
  Deno.test(`${name} numbers are a function of both halves of the seed`, async () => {
    const once = await draw(3, 4);
    assertEquals(await draw(3, 4), once);
    for (const other of [[3, 5], [4, 4], [4, 3], [-3, 4]]) {
      const same = (await draw(...other)).filter((value, at) => value === once[at]);
      assert(same.length < COUNT / 1000, `${same.length} are the same with the seed ${other}`);
    }
  });
}

Deno.test("a shape of any rank is filled", async () => {
  const cube = randomUniform<tf.Rank.R3>([2, 3, 4], seed(1, 2));
  assertEquals(cube.shape, [2, 3, 4]);
  assertEquals(new Set(await cube.data()).size, 24);
  assertEquals(randomNormal<tf.Rank.R0>([] as never, seed(1, 2)).shape, []);
  assertNotEquals((await randomNormal<tf.Rank.R1>([1], seed(1, 2)).data())[0], 0);
});
