import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { accuracy } from "../../src/probe/accuracy.ts";
import { type Examples, type ExampleShape, selectExamples } from "../../src/probe/examples.ts";
import { closeTolerance } from "../../src/probe/logistic_fitter.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../src/probe/logistic_regression.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import golden from "../golden/logistic_regression.json" with { type: "json" };
import { blobs } from "./blobs.ts";
import { embeddings } from "./embeddings.ts";

await startTensorFlow({ device: "cpu" });

const sets: Record<string, Examples & ExampleShape> = {
  blobs: {
    ...golden.blobs,
    features: Float32Array.from(golden.blobs.features.flat()),
    labels: Int32Array.from(golden.blobs.labels),
  },
  embeddings: await embeddings(),
};

for (const result of golden.results) {
  const all = sets[result.of];
  const { dimension, classes } = all;
  const train = selectExamples(all, result.train);
  const test = selectExamples(all, result.test);
  for (const { l2, loss, probabilities } of result.fits) {
    Deno.test(`logistic regression equals scikit-learn's at l2 ${l2}: ${result.name}`, async () => {
      const options = { dimension, classes, l2, tolerance: closeTolerance(l2) };
      const model = await fitLogisticRegression(train.features, train.labels, options);
      assert(model.converged);
      assertAlmostEquals(model.loss, loss, 1e-5);
      const found = await predictLogisticRegression(model, test.features);
      probabilities.flat().forEach((p, i) => assertAlmostEquals(found[i], p, 1e-3));
    });
  }
}

Deno.test("logistic regression learns ten blobs, without leaking a tensor", async () => {
  const sizes = { dimension: 32, classes: 10 };
  const train = blobs(500, sizes);
  const test = blobs(500, { ...sizes, seed: 2 });
  const before = tf.memory().numTensors;
  const model = await fitLogisticRegression(train.features, train.labels, sizes);
  const probabilities = await predictLogisticRegression(model, test.features);
  assertEquals(tf.memory().numTensors, before);
  assert(accuracy(mostProbable(probabilities, 10), test.labels) > 0.9);
});

Deno.test("logistic regression does not mind the features' scale and offset", async () => {
  const sizes = { dimension: 8, classes: 3, noise: 2, l2: 1e-2, tolerance: 1e-5 };
  const { features, labels } = blobs(120, sizes);
  const moved = features.map((value, i) => 1000 * (i % 8 + 1) * value - 5000);
  const [plain, other] = await Promise.all([features, moved].map(async (x) => {
    const model = await fitLogisticRegression(x, labels, sizes);
    assert(model.converged);
    return await predictLogisticRegression(model, x);
  }));
  plain.forEach((value, i) => assertAlmostEquals(other[i], value, 1e-3));
});

Deno.test("logistic regression on separable examples without a penalty ends in a sure answer", async () => {
  const features = Float32Array.of(-2, -1, 1, 2);
  const labels = Int32Array.of(0, 0, 1, 1);
  const model = await fitLogisticRegression(features, labels, { dimension: 1, classes: 2, l2: 0 });
  assert(model.converged);
  const probabilities = await predictLogisticRegression(model, features);
  assertEquals(mostProbable(probabilities, 2), labels);
  assert(probabilities.every((p) => p < 1e-3 || p > 0.999));
});

Deno.test("logistic regression gives a class without examples next to no probability", async () => {
  const { features, labels } = blobs(90, { dimension: 4, classes: 3 });
  const model = await fitLogisticRegression(features, labels, { dimension: 4, classes: 5 });
  const probabilities = await predictLogisticRegression(model, features);
  assert(probabilities.every((p, i) => i % 5 < 3 || p < 0.01));
});

Deno.test("begun at its own end, logistic regression stays there; elsewhere it ends alike", async () => {
  const sizes = { dimension: 8, classes: 3, noise: 2, tolerance: 1e-5 };
  const { features, labels } = blobs(120, sizes);
  const cold = await fitLogisticRegression(features, labels, { ...sizes, l2: 1e-2 });
  const again = await fitLogisticRegression(features, labels, { ...sizes, l2: 1e-2, start: cold });
  assertEquals([again.iterations, again.weights, again.bias], [0, cold.weights, cold.bias]);
  const other = await fitLogisticRegression(features, labels, { ...sizes, l2: 1 });
  const warm = await fitLogisticRegression(features, labels, { ...sizes, l2: 1e-2, start: other });
  warm.weights.forEach((weight, i) => assertAlmostEquals(weight, cold.weights[i], 2e-3));
});

Deno.test("more features than examples make no other fit: zeros between them change nothing", async () => {
  const few = { dimension: 6, classes: 3, noise: 2 };
  const { features, labels } = blobs(30, few);
  const wide = new Float32Array(30 * 100);
  features.forEach((value, i) => wide[Math.floor(i / 6) * 100 + 16 * (i % 6)] = value);
  const before = tf.memory().numTensors;
  for (const l2 of [1e-2, 1]) {
    const close = { classes: 3, l2, tolerance: closeTolerance(l2) };
    const tall = await fitLogisticRegression(features, labels, { ...close, dimension: 6 });
    const own = await fitLogisticRegression(wide, labels, { ...close, dimension: 100 });
    assert(own.converged);
    own.weights.forEach((weight, i) => {
      const [feature, label] = [Math.floor(i / 3), i % 3];
      const expected = feature % 16 === 0 && feature < 96
        ? tall.weights[feature / 16 * 3 + label]
        : 0;
      assertAlmostEquals(weight, expected, 1e-3);
    });
    const start = await fitLogisticRegression(wide, labels, {
      ...close,
      dimension: 100,
      start: own,
    });
    assert(start.iterations <= 2, `begun at its end it took ${start.iterations} steps`);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("logistic regression ends when nobody waits for it any more, without leaking a tensor", async () => {
  const { features, labels } = blobs(90, { dimension: 4, classes: 3 });
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  const fit = fitLogisticRegression(features, labels, {
    dimension: 4,
    classes: 3,
    l2: 0,
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(new Error("gone")));
  await assertRejects(() => fit, Error, "gone");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("logistic regression refuses what it cannot be fitted to", async () => {
  const { features, labels } = blobs(30, { dimension: 4, classes: 3 });
  const sizes = { dimension: 4, classes: 3 };
  const refuse = (part: string, fit: Promise<unknown>) =>
    assertRejects(() => fit, LookalikeError, part);
  const broken = features.slice();
  broken[9] = NaN;
  await refuse("row 2 has NaN", fitLogisticRegression(broken, labels, sizes));
  await refuse("30 have 29", fitLogisticRegression(features, labels.subarray(1), sizes));
  await refuse("l2 must be", fitLogisticRegression(features, labels, { ...sizes, l2: -1 }));
  await refuse("all 30 are of class 1", fitLogisticRegression(features, labels.fill(1), sizes));
});
