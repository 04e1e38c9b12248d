import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { setImmediate } from "node:timers";
import { normalize } from "../../src/embed/normalize.ts";
import { LookalikeError } from "../../src/errors.ts";
import { coverGreedily } from "../../src/probe/cover_greedily.ts";
import { type Examples, selectExamples } from "../../src/probe/examples.ts";
import { knnAccuracy } from "../../src/probe/knn.ts";
import { similarities } from "../../src/probe/similarities.ts";
import { suggest, type SuggestOptions } from "../../src/probe/suggest.ts";
import { permutation, random } from "../../src/random.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { blobs } from "./blobs.ts";

await startTensorFlow({ device: "cpu" });

const NONE = new Float32Array(0);

function unitBlobs(count: number, options: Parameters<typeof blobs>[1]): Examples {
  const { features, labels } = blobs(count, options);
  for (let start = 0; start < features.length; start += options.dimension) {
    const row = features.subarray(start, start + options.dimension);
    row.set(normalize(row));
  }
  return { features, labels };
}

/** What to pick among unlabelled blobs, to be changed by a test. */
function usual(change: Partial<SuggestOptions> = {}): SuggestOptions {
  const { features } = unitBlobs(60, { dimension: 4, classes: 5 });
  const probabilities = null;
  return { candidates: features, known: NONE, dimension: 4, probabilities, count: 6, ...change };
}

Deno.test("similarities equal a kernel written out, over several blocks, without leaking", async () => {
  const { features } = unitBlobs(700, { dimension: 5, classes: 3 });
  const { features: known } = unitBlobs(530, { dimension: 5, classes: 3, seed: 2 });
  const rowOf = (vectors: Float32Array, row: number) => vectors.subarray(row * 5, row * 5 + 5);
  const distance = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0);
  const all = Array.from({ length: 700 }, (_, row) => rowOf(features, row));
  let sum = 0;
  for (const a of all) for (const b of all) sum += distance(a, b);
  const kernel = (a: Float32Array, b: Float32Array) =>
    Math.exp(-distance(a, b) * 8 / (sum / 700 ** 2));

  const before = tf.memory().numTensors;
  const found = await similarities(features, known, { dimension: 5 });
  assertEquals(tf.memory().numTensors, before);
  for (const [a, b] of [[0, 0], [3, 699], [699, 3], [512, 511], [600, 20]]) {
    assertAlmostEquals(found.candidates[a * 700 + b], kernel(all[a], all[b]), 1e-5);
  }
  for (const row of [0, 350, 699]) {
    const nearest = Array.from({ length: 530 }, (_, i) => kernel(all[row], rowOf(known, i)));
    assertAlmostEquals(found.known[row], Math.max(...nearest), 1e-5);
  }
});

Deno.test("similarities of vectors that differ in the last digits tell them apart", async () => {
  const near = Float32Array.of(0.6, 0.8, 0.600001, 0.8, 0.6, 0.800001);
  const { candidates } = await similarities(near, NONE, { dimension: 2 });
  const [, first, second, , , across] = candidates;
  assertAlmostEquals(first, second, 0.05);
  assert(across < first, `${across} is more than ${first}`);
});

Deno.test("a cover is picked as one would who weighs up every candidate each time", async () => {
  const source = random(5);
  for (const known of [0, 0.4]) {
    const count = 40;
    const kernel = Float32Array.from({ length: count * count }, () => source.next());
    const weights = Float32Array.from({ length: count }, () => source.next());
    const covered = new Float32Array(count).fill(known);
    const gainOf = (candidate: number) =>
      weights.reduce(
        (sum, weight, other) =>
          sum + weight * Math.max(0, kernel[candidate * count + other] - covered[other]),
        0,
      );
    const naive: number[] = [];
    while (naive.length < count) {
      const left = Array.from(covered.keys()).filter((row) => !naive.includes(row));
      const best = left.reduce((a, b) => gainOf(b) > gainOf(a) ? b : a);
      naive.push(best);
      covered.forEach((own, other) => covered[other] = Math.max(own, kernel[best * count + other]));
    }
    const alike = { candidates: kernel, known: new Float32Array(count).fill(known) };
    const { picks, gains } = await coverGreedily(alike, { weights, count });
    const useful = gains.findIndex((gain) => gain === 0);
    assert(useful > 5, `only ${useful} picks add something`);
    assertEquals([...picks].slice(0, useful), naive.slice(0, useful));
    assertEquals(new Set(picks).size, count);
  }
});

Deno.test("others have the thread while candidates are weighed up", async () => {
  const count = 2048;
  const kernel = new Float32Array(count * count);
  for (let i = 0; i < count; i++) kernel[i * count + i] = 1;
  let turns = 0;
  let isOver = false;
  const watch = () => void (isOver || (turns++, setImmediate(watch)));
  setImmediate(watch);
  const alike = { candidates: kernel, known: new Float32Array(count) };
  await coverGreedily(alike, { weights: new Float32Array(count).fill(1), count: 1 });
  isOver = true;
  assert(turns >= 4, `they had ${turns} turns`);
});

Deno.test("picks are rows, each once, their scores never rising, the same each time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.integer({ min: 1, max: 60 }),
        rows: fc.integer({ min: 1, max: 40 }),
        labelled: fc.integer({ min: 0, max: 10 }),
        classes: fc.integer({ min: 0, max: 4 }),
        seed: fc.nat(),
      }),
      async ({ count, rows, labelled, classes, seed }) => {
        const source = random(seed);
        const draw = (length: number) => Float32Array.from({ length }, () => source.next());
        const options = {
          candidates: draw(3 * rows),
          known: draw(3 * labelled),
          dimension: 3,
          probabilities: classes > 0 ? draw(rows * classes) : null,
          count,
          seed,
        };
        const found = await suggest(options);
        const { rows: picks, scores } = found;
        assertEquals(new Set(picks).size, Math.min(count, rows));
        assert(picks.every((row) => row >= 0 && row < rows));
        assert(scores.every((score, i) => score >= 0 && score <= 1 && !(score > scores[i - 1])));
        assertEquals(await suggest(options), found);
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("of many candidates a sample is looked at, which the seed decides", async () => {
  const source = random(3);
  const candidates = Float32Array.from({ length: 5000 * 2 }, () => source.normal());
  const ask = (seed: number) => suggest(usual({ candidates, dimension: 2, count: 50, seed }));
  const [first, again, other] = [await ask(1), await ask(1), await ask(2)];
  assertEquals(again, first);
  assert(other.rows.some((row) => !first.rows.includes(row)));
  assertEquals(new Set(first.rows).size, 50);
  assert(first.rows.some((row) => row >= 4096), "rows are of the sample, not of the candidates");
});

Deno.test("the first picks are of different blobs", async () => {
  const sizes = { dimension: 16, classes: 10, noise: 0.5 };
  const { features, labels } = unitBlobs(600, sizes);
  const { rows } = await suggest(usual({ candidates: features, dimension: 16, count: 10 }));
  assertEquals(new Set(Array.from(rows, (row) => labels[row])).size, 10);
});

Deno.test("labels asked for teach more than labels of random blobs", async () => {
  const sizes = { dimension: 8, classes: 6, noise: 1 };
  const test = unitBlobs(600, { ...sizes, seed: 99 });
  const accuracyWith = (pool: Examples, rows: Int32Array) => {
    const { features, labels } = selectExamples(pool, rows);
    return knnAccuracy({
      ...sizes,
      train: features,
      trainLabels: labels,
      test: test.features,
      testLabels: test.labels,
      k: 1,
    });
  };
  let [own, drawn] = [0, 0];
  for (let seed = 1; seed <= 5; seed++) {
    const pool = unitBlobs(400, { ...sizes, seed });
    const { rows } = await suggest(usual({ candidates: pool.features, dimension: 8, count: 12 }));
    own += await accuracyWith(pool, rows) / 5;
    drawn += await accuracyWith(pool, permutation(400, seed).slice(0, 12)) / 5;
  }
  assert(own > drawn + 0.05, `${own} by suggestion, ${drawn} by chance`);
});

Deno.test("what is like the known comes last, and copies of a pick after all else", async () => {
  const candidates = Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1, -1, 0);
  const options = usual({ candidates, known: Float32Array.of(1, 0), dimension: 2, count: 5 });
  const { rows, scores } = await suggest(options);
  assertEquals([...rows].slice(0, 2), [2, 4]); // the two that are alike stand for more than the one
  assert(scores[1] > 0.1, "the second pick adds something");
  scores.subarray(2).forEach((score) => assertAlmostEquals(score, 0, 1e-6));
});

Deno.test("where a classifier doubts is where picks go, unless it doubts nothing", async () => {
  const { features, labels } = unitBlobs(200, { dimension: 8, classes: 4, noise: 0.3 });
  const ask = (sure: (label: number) => boolean) =>
    suggest(usual({
      candidates: features,
      dimension: 8,
      probabilities: Float32Array.from(
        { length: 400 },
        (_, i) => sure(labels[i >> 1]) ? 1 - i % 2 : 0.5,
      ),
      count: 4,
    }));
  const blobsOf = ({ rows }: { rows: Int32Array }) =>
    new Set(Array.from(rows, (row) => labels[row]));
  assertEquals(blobsOf(await ask((label) => label !== 2)), new Set([2]));
  assertEquals(blobsOf(await ask(() => true)).size, 4);
});

Deno.test("candidates that are all equal, or fewer than wanted, are each picked once", async () => {
  const same = await suggest(usual({ candidates: new Float32Array(40).fill(0.5), count: 4 }));
  assertEquals([...same.rows], [0, 1, 2, 3]);
  assertAlmostEquals(same.scores[0], 1, 1e-6);
  assertAlmostEquals(same.scores[1], 0, 1e-6);
  const few = await suggest(usual({ candidates: Float32Array.of(0, 1, 0, 0), count: 1000 }));
  assertEquals(few.rows, Int32Array.of(0));
});

Deno.test("what cannot be is refused by name, and nothing leaks", async () => {
  const refuse = async (part: string, param: string, change: Partial<SuggestOptions>) => {
    const error = await assertRejects(() => suggest(usual(change)), LookalikeError, part);
    assertEquals([error.code, error.param], ["invalid_input", param]);
  };
  const spoilt = (at: number, value: number) => {
    const { candidates } = usual();
    candidates[at] = value;
    return candidates;
  };
  const before = tf.memory().numTensors;
  await refuse("candidate 2 is not", "candidates", { candidates: spoilt(9, NaN) });
  await refuse("known vector 1 is not", "known", { known: spoilt(7, -Infinity) });
  await refuse("rows of 4 numbers: there are 0", "candidates", { candidates: NONE });
  await refuse("rows of 7 numbers", "candidates", { dimension: 7 });
  await refuse("rows of 4 numbers: there are 3", "known", { known: new Float32Array(3) });
  await refuse("from 1 to 1024: it is 0", "count", { count: 0 });
  await refuse("from 1 to 1024: it is 1025", "count", { count: 1025 });
  await refuse("it is 1.5", "count", { count: 1.5 });
  await refuse("there are 59 for 60", "probabilities", { probabilities: new Float32Array(59) });
  await refuse("there are 0", "probabilities", { probabilities: NONE });
  const odd = new Float32Array(120).fill(0.5);
  odd[21] = NaN;
  await refuse("candidate 10 has NaN", "probabilities", { probabilities: odd });
  odd[21] = 1.5;
  await refuse("candidate 10 has 1.5", "probabilities", { probabilities: odd });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("it ends with its signal's reason, without leaking", async () => {
  const before = tf.memory().numTensors;
  const reason = new Error("nobody waits");
  const signal = AbortSignal.abort(reason);
  const error = await assertRejects(() => suggest(usual({ signal })));
  assertEquals(error, reason);
  assertEquals(tf.memory().numTensors, before);
});
