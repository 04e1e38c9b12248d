import { assertAlmostEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { softmaxCrossEntropy, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("softmaxCrossEntropy and its gradient are those of log-softmax at the label", async () => {
  const logits = [[1, 2, -1], [0.5, 0, 3], [200, -200, 0]];
  const labels = [2, 0, 0];
  const weights = [1, -2, 0.5]; // of each row, so that the gradient is not that of a mean
  const { value, grad } = tf.valueAndGrad((logits) =>
    softmaxCrossEntropy(logits as tf.Tensor2D, tf.tensor1d(labels, "int32")).mul(weights).sum()
  )(tf.tensor2d(logits));
  const slopes = await grad.data();
  let expected = 0;
  logits.forEach((row, i) => {
    const largest = Math.max(...row);
    const sum = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    const logProbability = (k: number) => row[k] - largest - Math.log(sum);
    expected -= weights[i] * logProbability(labels[i]);
    row.forEach((_, k) => {
      const slope = weights[i] * (Math.exp(logProbability(k)) - (k === labels[i] ? 1 : 0));
      assertAlmostEquals(slopes[3 * i + k], slope, 1e-6);
    });
  });
  assertAlmostEquals((await value.data())[0], expected, 1e-5);
});

Deno.test("softmaxCrossEntropy refuses labels that no logit stands for", () => {
  const logits = tf.zeros<tf.Rank.R2>([2, 3]);
  for (const label of [3, -1]) {
    const labels = tf.tensor1d([0, label], "int32");
    assertThrows(() => softmaxCrossEntropy(logits, labels), LookalikeError, `value of ${label}`);
    labels.dispose();
  }
  logits.dispose();
});
