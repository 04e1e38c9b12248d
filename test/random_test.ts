import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { permutation, random } from "../src/random.ts";

const COUNT = 40_000;
/** Standard errors that chance exceeds once in two million times. */
const SIGMAS = 5;

const draws = (draw: () => number, count = COUNT) => Array.from({ length: count }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

Deno.test("the numbers are the same on every machine and in every release", () => {
  const source = random(7, 1);
  assertEquals(draws(source.next, 3).map((value) => value * 2 ** 32), [
    3360170643,
    3455674871,
    3641750724,
  ]);
  assertEquals([...permutation(8, 7, 1)], [4, 0, 3, 2, 1, 7, 5, 6]);
});

Deno.test("numbers lie in [0, 1), evenly, and do not follow from the one before", () => {
  const values = draws(random(1).next);
  assert(values.every((value) => value >= 0 && value < 1));
  for (const power of [1, 2, 3]) { // E[x^k] = 1/(k + 1)
    const expected = 1 / (power + 1);
    const variance = 1 / (2 * power + 1) - expected ** 2;
    const found = mean(values.map((value) => value ** power));
    assertAlmostEquals(found, expected, SIGMAS * Math.sqrt(variance / COUNT));
  }
  const products = values.slice(1).map((value, at) => (value - 0.5) * (values[at] - 0.5));
  assertAlmostEquals(mean(products), 0, SIGMAS / 12 / Math.sqrt(COUNT));
});

Deno.test("whole numbers below n come equally often", () => {
  const sides = 7;
  const source = random(2);
  const counts = new Array<number>(sides).fill(0);
  for (let roll = 0; roll < COUNT; roll++) counts[source.below(sides)]++;
  const share = COUNT / sides;
  for (const count of counts) {
    assertAlmostEquals(count, share, SIGMAS * Math.sqrt(share * (1 - 1 / sides)));
  }
});

Deno.test("normal numbers have the moments of the standard normal distribution", () => {
  const values = draws(random(3).normal);
  assert(values.every(Number.isFinite));
  for (const [power, expected, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]]) {
    const found = mean(values.map((value) => value ** power));
    assertAlmostEquals(found, expected, SIGMAS * Math.sqrt(variance / COUNT));
  }
});

const seeds = fc.array(fc.maxSafeInteger(), { maxLength: 3 });

Deno.test("a stream is a function of its seeds alone", () => {
  fc.assert(fc.property(seeds, (seeds) => {
    const [one, other] = [random(...seeds), random(...seeds)];
    random(9).next(); // in between
    assertEquals(draws(one.next, 5), draws(other.next, 5));
  }));
});

Deno.test("other seeds, or the same in another order, give another stream", () => {
  fc.assert(fc.property(seeds, seeds, (one, other) => {
    fc.pre(one.length !== other.length || one.some((seed, at) => seed !== other[at]));
    const [first, second] = [draws(random(...one).next, 4), draws(random(...other).next, 4)];
    assert(first.some((value, at) => value !== second[at]), `${first} of both`);
  }));
});

Deno.test("seeds that look alike are told apart", () => {
  const alike = [[], [0], [0, 0], [1], [0, 1], [1, 0], [1, 1], [-1], [2 ** 32], [2 ** 32 + 1]];
  const more = [[2 ** 31], [-(2 ** 31)], [2 ** 33], [2], [-2], [0, 2 ** 32], [2 ** 32, 0]];
  const firsts = [...alike, ...more].map((seeds) => random(...seeds).next());
  assertEquals(new Set(firsts).size, firsts.length);
});

Deno.test("the streams of neighbouring seeds are unrelated", () => {
  const firsts = draws((() => {
    let seed = 0;
    return () => random(seed++).next();
  })());
  assertAlmostEquals(mean(firsts), 0.5, SIGMAS * Math.sqrt(1 / 12 / COUNT));
  const products = firsts.slice(1).map((value, at) => (value - 0.5) * (firsts[at] - 0.5));
  assertAlmostEquals(mean(products), 0, SIGMAS / 12 / Math.sqrt(COUNT));
});

Deno.test("a permutation has every number once, and is a function of its seeds", () => {
  fc.assert(fc.property(fc.nat(300), seeds, (count, seeds) => {
    const order = permutation(count, ...seeds);
    assertEquals([...order].sort((a, b) => a - b), Array.from({ length: count }, (_, at) => at));
    assertEquals(permutation(count, ...seeds), order);
  }));
});

Deno.test("every permutation comes equally often over the epochs", () => {
  const epochs = 12_000;
  const counts = new Map<string, number>();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(4, 5, epoch).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  for (const count of counts.values()) {
    assertAlmostEquals(count, epochs / 24, SIGMAS * Math.sqrt(epochs / 24));
  }
});
