import { assert, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import type { Examples } from "../../src/probe/examples.ts";
import {
  DEFAULT_L2,
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../src/probe/logistic_regression.ts";
import { pickL2 } from "../../src/probe/pick_l2.ts";
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

Deno.test("where no class has five examples the penalty is the default", async () => {
  const sizes = { dimension: 4, classes: 3 };
  assertEquals(await pickL2(blobs(12, sizes), sizes), DEFAULT_L2);
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
