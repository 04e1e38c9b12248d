import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { type Examples, selectExamples } from "../../src/probe/examples.ts";
import { DEFAULT_L2 } from "../../src/probe/logistic_fitter.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../src/probe/logistic_regression.ts";
import { L2_GRID, pickL2 } from "../../src/probe/pick_l2.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { blobs } from "./blobs.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("many noisy features get a strong penalty, which helps on examples not seen", async () => {
  const sizes = { dimension: 300, classes: 4, noise: 20 };
  const train = blobs(200, sizes);
  const test = blobs(1000, { ...sizes, seed: 2 });
  const before = tf.memory().numTensors;
  const picked = await pickL2(train, sizes);
  assertEquals(tf.memory().numTensors, before);
  assert(picked >= 0.1, `it picked ${picked}`);
  const entropy = async (l2: number) => {
    const model = await fitLogisticRegression(train.features, train.labels, { ...sizes, l2 });
    const probabilities = await predictLogisticRegression(model, test.features);
    return test.labels.reduce((sum, label, i) => sum - Math.log(probabilities[4 * i + label]), 0) /
      1000;
  };
  const [own, weak] = [await entropy(picked), await entropy(1e-4)];
  assert(own < 0.5 * weak, `${own} nats with it, ${weak} without`);
});

Deno.test("a few good features get a weak penalty, the same each time", async () => {
  const sizes = { dimension: 4, classes: 3, noise: 0.3 };
  const train = blobs(300, sizes);
  const picked = await pickL2(train, sizes);
  assert(picked <= 1e-3, `it picked ${picked}`);
  assertEquals(await pickL2(train, sizes), picked);
});

Deno.test("the grid is the paper's: 45 values from 1e-6 to 1e5, evenly spaced as logarithms", () => {
  assertEquals(L2_GRID.length, 45);
  L2_GRID.forEach((l2, i) => assertAlmostEquals(Math.log10(l2), -6 + 11 * i / 44, 1e-12));
});

Deno.test("what is picked is as good as the best of all 45 on the examples held out", async () => {
  const sizes = { dimension: 30, classes: 3, noise: 4 };
  const train = blobs(150, sizes);
  const fold = 3;
  // The held-out fifth, written out: blobs go through the classes in turn.
  const isHeldOut = (row: number) => Math.floor(row / 3) % 5 === 4 - fold;
  const rows = (held: boolean) =>
    Array.from(train.labels.keys()).filter((row) => isHeldOut(row) === held);
  const fit = selectExamples(train, rows(false));
  const heldOut = selectExamples(train, rows(true));
  const entropies = await Promise.all(L2_GRID.map(async (l2) => {
    const options = { ...sizes, l2, tolerance: 1e-5 };
    const model = await fitLogisticRegression(fit.features, fit.labels, options);
    const probabilities = await predictLogisticRegression(model, heldOut.features);
    return heldOut.labels.reduce(
      (sum, label, i) => sum - Math.log(probabilities[3 * i + label]),
      0,
    );
  }));
  const picked = entropies[L2_GRID.indexOf(await pickL2(train, { ...sizes, fold }))];
  const best = Math.min(...entropies);
  assert(picked <= best * 1.001, `${picked} nats, where ${best} can be had`);
  assert(entropies[0] > best * 1.1 && entropies[44] > best * 1.02, "the grid does not matter");
});

Deno.test("where no class has five examples the penalty is the default, at every fold", async () => {
  const sizes = { dimension: 4, classes: 3 };
  for (const fold of [0, 1, 4]) {
    assertEquals(await pickL2(blobs(12, sizes), { ...sizes, fold }), DEFAULT_L2);
  }
});

Deno.test("examples of one class are refused", async () => {
  const { features, labels } = blobs(20, { dimension: 4, classes: 3 });
  const one: Examples = { features, labels: labels.fill(2) };
  await assertRejects(
    () => pickL2(one, { dimension: 4, classes: 3 }),
    LookalikeError,
    "of class 2",
  );
});
