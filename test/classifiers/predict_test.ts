import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { LinearParameters } from "../../src/classifiers/classifiers.ts";
import { fitClassifier } from "../../src/classifiers/fit_classifier.ts";
import { predict } from "../../src/classifiers/predict.ts";
import { LookalikeError } from "../../src/errors.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { asClassifier, DIMENSION, labelledBlobs, options } from "./labelled_blobs.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("predict: softmax of ((x − mean) / std · W + b) / T, in pieces too", async () => {
  const { manifest, parameters } = asClassifier(
    await fitClassifier(labelledBlobs(60), options({ l2: 0.01 })),
  );
  const wide = { ...manifest, temperature: 1.7 };
  const count = 2 ** 18; // several pieces
  const { vectors } = labelledBlobs(4096, 3);
  const many = new Float32Array(count * DIMENSION);
  for (let row = 0; row < count; row += 4096) many.set(vectors, row * DIMENSION);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const { probabilities } = await predict({ manifest: wide, parameters }, many)
    .finally(() => clearInterval(timer));
  assert(turns >= 1, `${turns} turns`);
  for (const row of [0, 1, 4095, count - 1]) {
    const expected = byHand(parameters as LinearParameters, {
      x: many.subarray(row * DIMENSION, (row + 1) * DIMENSION),
      temperature: 1.7,
    });
    expected.forEach((p, label) => assertAlmostEquals(probabilities[row * 3 + label], p, 1e-5));
  }
});

/** In float64. */
function byHand(
  { mean, std, weights, bias }: LinearParameters,
  { x, temperature }: { x: Float32Array; temperature: number },
): number[] {
  const logits = Array.from(bias, (own, label) =>
    x.reduce(
      (sum, value, j) => sum + (value - mean[j]) / std[j] * weights[j * bias.length + label],
      own,
    ) / temperature);
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

Deno.test("predict: below the threshold a class is unknown", async () => {
  for (const kind of ["linear", "knn"] as const) {
    const classifier = asClassifier(await fitClassifier(labelledBlobs(60), options({ kind })));
    const { vectors } = labelledBlobs(50, 5);
    const { probabilities, predictions: all } = await predict(classifier, vectors);
    const sure = Array.from(all, (label, row) => probabilities[row * 3 + label]);
    const unknownBelow = sure.toSorted()[25];
    const { predictions } = await predict(classifier, vectors, { unknownBelow });
    const expected = sure.map((p, row) => p < unknownBelow ? -1 : all[row]);
    assertEquals(Array.from(predictions), expected);
    assert(expected.includes(-1));
  }
});

Deno.test("predict: a threshold or vectors that cannot be are refused", async () => {
  const classifier = asClassifier(await fitClassifier(labelledBlobs(9), options({ l2: 1 })));
  const { vectors } = labelledBlobs(2);
  const wrong = () => predict(classifier, vectors, { unknownBelow: 1.5 });
  assertEquals((await assertRejects(wrong, LookalikeError)).param, "unknownBelow");
  const short = () => predict(classifier, vectors.subarray(1));
  assertEquals((await assertRejects(short, LookalikeError)).code, "invalid_input");
});
