import { assertAlmostEquals, assertEquals } from "@std/assert";
import { softmaxLoss } from "../../src/probe/softmax_loss.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

const [count, dimension, classes, l2] = [7, 4, 3, 0.3];
const source = random(3);
const x = Float32Array.from({ length: count * dimension }, () => source.normal());
const labels = Int32Array.from({ length: count }, () => source.below(classes));
const parameters = Float32Array.from({ length: (dimension + 1) * classes }, () => source.normal());

/** The loss, written out in float64 after its definition. */
function naiveLoss(theta: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < count; row++) {
    const logits = Array.from({ length: classes }, (_, c) => {
      let logit = theta[dimension * classes + c];
      for (let j = 0; j < dimension; j++) logit += x[row * dimension + j] * theta[j * classes + c];
      return logit;
    });
    const largest = Math.max(...logits); // taken off, so that nothing overflows
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    loss -= (logits[labels[row]] - largest - Math.log(total)) / count;
  }
  const weights = theta.subarray(0, dimension * classes);
  return loss + weights.reduce((sum, weight) => sum + l2 / 2 * weight * weight, 0);
}

async function onDevice(scale = 1): Promise<{ loss: number; gradient: ArrayLike<number> }> {
  const outputs = tf.tidy(() =>
    softmaxLoss(tf.tensor2d(parameters, [dimension + 1, classes]).mul(scale), {
      features: tf.tensor2d(x, [count, dimension]),
      targets: tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat() as tf.Tensor2D,
      l2: tf.scalar(l2),
    })
  );
  const read = {
    loss: (await outputs.loss.data())[0],
    gradient: await outputs.gradient.data(),
  };
  tf.dispose([outputs.loss, outputs.gradient]);
  return read;
}

Deno.test("the softmax loss equals its definition", async () => {
  assertAlmostEquals((await onDevice()).loss, naiveLoss(Float64Array.from(parameters)), 1e-5);
});

Deno.test("the softmax gradient equals finite differences of the definition", async () => {
  const { gradient } = await onDevice();
  assertEquals(gradient.length, parameters.length);
  parameters.forEach((_, i) => {
    const at = (shift: number) => {
      const theta = Float64Array.from(parameters);
      theta[i] += shift;
      return naiveLoss(theta);
    };
    assertAlmostEquals(gradient[i], (at(1e-5) - at(-1e-5)) / 2e-5, 1e-5);
  });
});

Deno.test("the softmax loss stays finite where the probabilities underflow", async () => {
  const { loss, gradient } = await onDevice(1e3);
  assertAlmostEquals(loss / naiveLoss(Float64Array.from(parameters, (p) => 1e3 * p)), 1, 1e-5);
  assertEquals(Array.from(gradient).every(Number.isFinite), true);
});
