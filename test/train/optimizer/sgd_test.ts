import { assertEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { sgd, type SgdOptions } from "../../../train/optimizer/sgd.ts";
import { compareWithRule, type Rule } from "./run.ts";

await startTensorFlow({ device: "cpu" });

/** SGD as PyTorch has it, without dampening, in float64; vectors are not decayed. */
function sgdRule({ momentum, weightDecay, nesterov }: SgdOptions): Rule {
  return ({ weight, kept: [velocity], gradient, learningRate, isVector }) => {
    const decay = isVector ? 0 : weightDecay;
    const slope = gradient.map((value, at) => value + decay * weight[at]);
    const next = velocity.map((value, at) => momentum * value + slope[at]);
    const update = nesterov ? slope.map((value, at) => value + momentum * next[at]) : next;
    return {
      weight: weight.map((value, at) => value - learningRate * update[at]),
      kept: [next],
    };
  };
}

for (
  const options of [
    { momentum: 0.9, weightDecay: 1e-4, nesterov: false },
    { momentum: 0.9, weightDecay: 1e-4, nesterov: true },
    { momentum: 0.5, weightDecay: 0.05, nesterov: true },
    { momentum: 0, weightDecay: 0.05, nesterov: false },
    { momentum: 0, weightDecay: 0, nesterov: true },
  ]
) {
  Deno.test(`SGD follows its rule over ten steps, with ${JSON.stringify(options)}`, async () => {
    await compareWithRule((parameters) => sgd(parameters, options), sgdRule(options));
  });
}

Deno.test("a mistake of others is not ours: SGD decays biases and batch norm", async () => {
  const parameter = tf.variable(tf.tensor1d([2, -2]));
  const options = { momentum: 0.9, weightDecay: 0.5, nesterov: false };
  const optimizer = sgd(new Map([["bn.bias", parameter]]), options);
  const gradients = new Map([["bn.bias", tf.tensor1d([0.25, 0])]]);
  tf.tidy(() => optimizer.apply(gradients, tf.scalar(1)));
  assertEquals([...await parameter.data()], [1.75, -2]);
  optimizer.dispose();
  tf.dispose([parameter, ...gradients.values()]);
});

Deno.test("an optimiser keeps one slot a parameter, and frees them all", () => {
  const parameters = new Map([["a", tf.variable(tf.ones([2, 3]))], [
    "b",
    tf.variable(tf.ones([4])),
  ]]);
  const before = tf.memory().numTensors;
  const options = { momentum: 0.9, weightDecay: 0, nesterov: false };
  const optimizer = sgd(parameters, options);
  const shapes = [...optimizer.slots].map(([name, slot]) => [name, slot.shape]);
  assertEquals(shapes, [["a", [2, 3]], ["b", [4]]]);
  optimizer.dispose();
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([...parameters.values()]);
});
