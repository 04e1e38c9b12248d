import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  createViewStatistics,
  describeCollapse,
  type ViewStatistics,
} from "../../../train/loss/view_statistics.ts";
import { meanOver, partnerOf, projections, similarities } from "./oracle.ts";

await startTensorFlow({ device: "cpu" });

const views = createViewStatistics();

async function statisticsOf(z: number[][]): Promise<ViewStatistics> {
  const tensor = tf.tensor2d(z);
  try {
    return await views.measure(tensor);
  } finally {
    tensor.dispose();
  }
}

/** Rows of length 1, in float64. */
function unitRows(z: number[][]): number[][] {
  return z.map((row) => row.map((value) => value / Math.hypot(...row)));
}

function squaredDistance(u: number[], v: number[]): number {
  return u.reduce((sum, value, d) => sum + (value - v[d]) ** 2, 0);
}

Deno.test("similarities, alignment and uniformity of views equal their definitions", async () => {
  for (const [rows, dimension] of [[4, 3], [10, 2], [16, 24]]) {
    const z = projections(rows, dimension, 1);
    const unit = unitRows(z);
    const isOther = (i: number, k: number) => k !== i && k !== partnerOf(i, rows);
    const cosines = similarities(z, 1);
    const found = await statisticsOf(z);
    const expected = {
      positiveSimilarity: meanOver(cosines, (row, i) => row[partnerOf(i, rows)]),
      hardestNegativeSimilarity: meanOver(
        cosines,
        (row, i) => Math.max(...row.filter((_, k) => isOther(i, k))),
      ),
      alignment: meanOver(unit, (u, i) => squaredDistance(u, unit[partnerOf(i, rows)])),
      uniformity: Math.log(meanOver(unit, (u, i) =>
        meanOver(
          unit.filter((_, k) => isOther(i, k)),
          (v) => Math.exp(-2 * squaredDistance(u, v)),
        ))),
    };
    for (const [name, value] of Object.entries(expected)) {
      assertAlmostEquals(found[name as keyof ViewStatistics], value, 1e-5, name);
    }
  }
});

Deno.test("the effective rank counts the dimensions that are used evenly", async () => {
  const axes = (used: number, dimension: number) =>
    Array.from(
      { length: 48 },
      (_, row) => Array.from({ length: dimension }, (_, d) => d === row % used ? 3 : 0),
    );
  for (const used of [1, 2, 6, 12]) {
    for (const dimension of [12, 64]) { // as many as rows have numbers, and more than rows
      const { effectiveRank } = await statisticsOf(axes(used, dimension));
      assertAlmostEquals(effectiveRank, used, 2e-3 * used);
    }
  }
});

Deno.test("the effective rank is exp of the entropy of the singular values", async () => {
  // Rows of length 1 on three axes, 8, 4 and 2 of each: their roots are the singular values
  const counts = [8, 4, 2];
  const z = counts.flatMap((count, axis) =>
    Array.from({ length: count }, () => [0, 0, 0].map((_, d) => d === axis ? 5 : 0))
  );
  const values = counts.map(Math.sqrt);
  const sum = values.reduce((sum, value) => sum + value, 0);
  const shares = values.map((value) => value / sum);
  const expected = Math.exp(-shares.reduce((sum, share) => sum + share * Math.log(share), 0));
  assertAlmostEquals((await statisticsOf(z)).effectiveRank, expected, 1e-4);
});

Deno.test("dimensions that differ by float32's rounding alone count for nothing", async () => {
  const z = projections(64, 48, 2).map((row) =>
    row.map((value, d) => d < 3 ? value : value * 1e-7)
  );
  assertAlmostEquals((await statisticsOf(z)).effectiveRank, 3, 0.05);
});

Deno.test("lengths of projections do not matter to the statistics", async () => {
  const z = projections(12, 6, 3);
  const found = await statisticsOf(z);
  const scaled = await statisticsOf(z.map((row, i) => row.map((value) => value * (1 + i))));
  for (const [name, value] of Object.entries(scaled)) {
    assertAlmostEquals(value, found[name as keyof ViewStatistics], 1e-4, name);
  }
});

Deno.test("images that are spread evenly have the uniformity of a sphere, and no collapse", async () => {
  const z = projections(256, 128, 4);
  const found = await statisticsOf(z);
  assertAlmostEquals(found.uniformity, -4 + 8 / 128, 0.02);
  assert(found.effectiveRank > 100, `${found.effectiveRank}`);
  assertEquals(describeCollapse(found, 128), null);
});

Deno.test("views that are all alike are a collapse, be they long, short or zero", async () => {
  const alike = (row: number[]) => Array.from({ length: 32 }, () => row);
  const once = projections(1, 16, 5)[0];
  const near = projections(32, 16, 6).map((row) => row.map((v, d) => once[d] + 0.02 * v));
  const short = once.map((value) => value * 1e-3);
  for (const z of [alike(once), alike(short), alike(once.map(() => 0)), near]) {
    const found = await statisticsOf(z);
    assert(Object.values(found).every(Number.isFinite), JSON.stringify(found));
    const sentence = describeCollapse(found, 16)!;
    assert(sentence.startsWith("The representation has collapsed: all views look alike"), sentence);
  }
});

Deno.test("views in few dimensions are a collapse of those, and named with the rank", async () => {
  const z = projections(256, 128, 7).map((row) => row.map((value, d) => d < 4 ? value : 0));
  const found = await statisticsOf(z);
  assert(found.uniformity < -1, "they are not alike");
  const sentence = describeCollapse(found, 128)!;
  assert(
    sentence.includes("few dimensions: the effective rank of z is 4.0 of at most 128"),
    sentence,
  );
  const enough = projections(256, 128, 7).map((row) => row.map((v, d) => d < 10 ? v : 0));
  assertEquals(describeCollapse(await statisticsOf(enough), 128), null);
});

Deno.test("features of an untrained network, all positive and alike, are no collapse", async () => {
  const z = projections(64, 128, 8).map((row) => row.map((value) => 1 + 0.5 * value));
  const found = await statisticsOf(z);
  assert(found.hardestNegativeSimilarity > 0.8, "as of ReLU and averaging");
  assertEquals(describeCollapse(found, 64), null);
});

Deno.test("a small batch is no collapse: its rank cannot be that of many", async () => {
  const found = await statisticsOf(projections(4, 128, 9));
  assert(found.effectiveRank < 0.05 * 128);
  assertEquals(describeCollapse(found, 4), null);
});

Deno.test("statistics of views refuse odd rows, and a single image, which has no negative", async () => {
  for (const rows of [1, 2, 5]) {
    const error = await assertRejects(() => statisticsOf(projections(rows, 3, 1)), LookalikeError);
    assertEquals(error.code, "invalid_input");
  }
});

Deno.test("measuring views leaves nothing behind", async () => {
  const meter = createViewStatistics();
  const z = tf.tensor2d(projections(8, 4, 1));
  await meter.measure(z);
  const before = tf.memory().numTensors;
  await meter.measure(z);
  assertEquals(tf.memory().numTensors, before);
  meter.dispose();
  z.dispose();
});
