import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { accuracy } from "../../src/probe/accuracy.ts";
import { calibrationError } from "../../src/probe/calibration_error.ts";
import { meanCrossEntropy } from "../../src/probe/cross_entropy.ts";
import { type Examples, selectExamples } from "../../src/probe/examples.ts";
import { fitProbe } from "../../src/probe/fit_probe.ts";
import { foldSplits, stratifiedFolds } from "../../src/probe/folds.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../src/probe/logistic_regression.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { L2_GRID } from "../../src/probe/pick_l2.ts";
import { temper } from "../../src/probe/temper.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import golden from "../golden/logistic_regression.json" with { type: "json" };
import { blobs } from "./blobs.ts";
import { embeddings } from "./embeddings.ts";

await startTensorFlow({ device: "cpu" });

const all = await embeddings();
const { dimension, classes } = all;
const sizes = { dimension, classes };

/** What fits to the other folds say of each, a fit at a time, each begun at zeros. */
async function naiveOutOfFold(
  examples: Examples,
  options: { dimension: number; classes: number; l2: number; seed: number },
): Promise<Float32Array> {
  const { classes, seed } = options;
  const found = new Float32Array(examples.labels.length * classes);
  for (const { heldOut, rest } of foldSplits(stratifiedFolds(examples.labels, seed))) {
    const fit = selectExamples(examples, rest);
    const close = { ...options, tolerance: 1e-6 };
    const model = await fitLogisticRegression(fit.features, fit.labels, close);
    const own = selectExamples(examples, heldOut);
    const probabilities = await predictLogisticRegression(model, own.features);
    heldOut.forEach((row, i) => {
      for (let c = 0; c < classes; c++) {
        found[row * classes + c] = probabilities[i * classes + c];
      }
    });
  }
  return found;
}

Deno.test("a probe of a given penalty is scikit-learn's, where classes have 35 examples or 1", async () => {
  const result = golden.results.find(({ name }) => name.includes("35 to 1"))!;
  const fit = result.fits.find(({ l2 }) => l2 === 1)!;
  const train = selectExamples(all, result.train);
  const { model, l2, judged, outOfFold } = await fitProbe(train, { ...sizes, l2: 1 });
  assertEquals(l2, 1);
  const test = selectExamples(all, result.test);
  const found = await predictLogisticRegression(model, test.features);
  fit.probabilities.flat().forEach((p, i) => assertAlmostEquals(found[i], p, 1e-3));

  const alone = [...train.labels.keys()].slice(-2); // the only examples of their classes
  assertEquals([...judged], [...train.labels.keys()].slice(0, -2));
  for (const row of alone) {
    assertEquals(
      outOfFold!.subarray(row * classes, (row + 1) * classes),
      new Float32Array(classes),
    );
  }
});

Deno.test("a probe's cross-validation is a fit without each fold, and leaks nothing", async () => {
  const few = { dimension: 6, classes: 3, noise: 2 };
  const examples = blobs(40, few);
  const before = tf.memory().numTensors;
  const { l2, outOfFold, judged } = await fitProbe(examples, { ...few, seed: 3 });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(judged.length, 40);
  const naive = await naiveOutOfFold(examples, { ...few, l2, seed: 3 });
  naive.forEach((p, i) => assertAlmostEquals(outOfFold![i], p, 1e-3));
});

Deno.test("the penalty picked is as good as the best of the grid, by cross-validation", async () => {
  const few = { dimension: 12, classes: 3, noise: 2.5 };
  const examples = blobs(45, few);
  const costs: number[] = [];
  for (const l2 of L2_GRID.filter((_, i) => i % 4 === 0)) {
    const naive = await naiveOutOfFold(examples, { ...few, l2, seed: 0 });
    costs.push(meanCrossEntropy(naive, examples.labels));
  }
  const { outOfFold } = await fitProbe(examples, few);
  const own = meanCrossEntropy(outOfFold!, examples.labels);
  const best = Math.min(...costs);
  assert(own <= best * 1.001, `${own} nats, where ${best} can be had`);
  assert(costs[0] > best * 1.1 && costs.at(-1)! > best * 1.1, "the grid does not matter");
});

Deno.test("cross-validation tells how good a probe is on other photographs", async () => {
  const isTrain = (row: number) => row % 40 < 20;
  const rows = (train: boolean) => [...all.labels.keys()].filter((row) => isTrain(row) === train);
  const [train, test] = [selectExamples(all, rows(true)), selectExamples(all, rows(false))];
  const { model, outOfFold, temperature } = await fitProbe(train, sizes);
  const found = await predictLogisticRegression(model, test.features);
  const judged = accuracy(mostProbable(outOfFold!, classes), train.labels);
  const share = accuracy(mostProbable(found, classes), test.labels);
  assert(share > 0.35, `${share} of other photographs are recognised`);
  assertAlmostEquals(judged, share, 0.1);
  assertAlmostEquals(temperature, 1, 0.2); // the penalty picked leaves little to calibrate
});

Deno.test("a probe that is too sure is calibrated, on other photographs too", async () => {
  const rows = (train: boolean) => [...all.labels.keys()].filter((row) => row % 40 < 20 === train);
  const [train, test] = [selectExamples(all, rows(true)), selectExamples(all, rows(false))];
  const { model, temperature } = await fitProbe(train, { ...sizes, l2: 1e-3 });
  assert(temperature > 2, `T is ${temperature}`);
  const sure = await predictLogisticRegression(model, test.features);
  const calibrated = temper(sure, { classes, temperature });
  const [before, after] = [calibrationError(sure, test), calibrationError(calibrated, test)];
  assert(after < before / 3, `an error of ${after}, where it was ${before}`);
});

Deno.test("one example of each class makes a probe that nothing is known of", async () => {
  const rows = Array.from({ length: classes }, (_, label) => 40 * label);
  const { model, ...rest } = await fitProbe(selectExamples(all, rows), sizes);
  assertEquals(rest, { l2: 1, outOfFold: null, judged: new Int32Array(), temperature: 1 });
  const others = selectExamples(all, rows.map((row) => row + 1));
  const found = await predictLogisticRegression(model, others.features);
  assert(meanCrossEntropy(found, others.labels) < Math.log(classes)); // better than knowing nothing
});

Deno.test("a probe is a function of examples and seed", async () => {
  const few = { dimension: 6, classes: 3, noise: 2 };
  const examples = blobs(30, few);
  assertEquals(await fitProbe(examples, few), await fitProbe(examples, few));
});

Deno.test("timers run while a probe is fitted", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await fitProbe(selectExamples(all, [...all.labels.keys()].filter((row) => row % 4 === 0)), sizes);
  clearInterval(timer);
  assert(ticks >= 20, `a timer of 1 ms fired ${ticks} times`);
});

Deno.test("a probe that nobody waits for ends early, without leaking a tensor", async () => {
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  const fit = fitProbe(all, { ...sizes, signal: controller.signal });
  setTimeout(() => controller.abort(new Error("gone")), 50);
  await assertRejects(() => fit, Error, "gone");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a probe refuses examples that it cannot be fitted to", async () => {
  const refuse = (part: string, examples: Examples, l2?: number) =>
    assertRejects(() => fitProbe(examples, { dimension: 4, classes: 3, l2 }), LookalikeError, part);
  const before = tf.memory().numTensors;
  const { features, labels } = blobs(30, { dimension: 4, classes: 3 });
  await refuse("of class 2", { features, labels: new Int32Array(30).fill(2) });
  await refuse("of class 2", { features: features.subarray(0, 4), labels: Int32Array.of(2) });
  await refuse("30 have 29", { features, labels: labels.subarray(1) });
  await refuse("l2 must be", { features, labels }, -1);
  await refuse("l2 must be", { features, labels }, NaN);
  assertEquals(tf.memory().numTensors, before);
});
