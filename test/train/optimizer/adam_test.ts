import { assertAlmostEquals, assertEquals } from "@std/assert";
import { assignTensors, disposeVariables, toTensors } from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { adam } from "../../../train/optimizer/adam.ts";
import { adamw } from "../../../train/optimizer/adamw.ts";
import type { AdamOptions } from "../../../train/optimizer/moments.ts";
import { compareWithRule, type Rule } from "./run.ts";

await startTensorFlow({ device: "cpu" });

const BOTH = { Adam: adam, AdamW: adamw };

/** Adam as its paper has it, with the decay of PyTorch's Adam or AdamW, in float64. */
function adamRule(options: AdamOptions & { decoupled: boolean }): Rule {
  const { beta1, beta2, epsilon, weightDecay, decoupled } = options;
  return ({ weight, kept: [m, v], gradient, learningRate, t, isVector }) => {
    const decay = isVector ? 0 : weightDecay;
    const slope = gradient.map((value, at) => value + (decoupled ? 0 : decay * weight[at]));
    const mean = m.map((value, at) => beta1 * value + (1 - beta1) * slope[at]);
    const square = v.map((value, at) => beta2 * value + (1 - beta2) * slope[at] ** 2);
    const moved = weight.map((value, at) => {
      const start = decoupled ? value - learningRate * decay * value : value;
      const unbiased = Math.sqrt(square[at] / (1 - beta2 ** t));
      return start - learningRate * (mean[at] / (1 - beta1 ** t)) / (unbiased + epsilon);
    });
    return { weight: moved, kept: [mean, square] };
  };
}

for (const [name, create] of Object.entries(BOTH)) {
  for (
    const options of [
      { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 },
      { beta1: 0.5, beta2: 0.95, epsilon: 0.1, weightDecay: 0.2 },
      { beta1: 0, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
    ]
  ) {
    Deno.test(`${name} follows its rule over ten steps, with ${JSON.stringify(options)}`, async () => {
      await compareWithRule(
        (parameters) => create(parameters, options),
        adamRule({ ...options, decoupled: create === adamw }),
        (parameter) => [`m.${parameter}`, `v.${parameter}`],
      );
    });
  }

  Deno.test(`${name}'s first step is the rate, whatever the size of the gradient`, async () => {
    for (const size of [1e-6, 1, 1e6]) {
      const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-12, weightDecay: 0 };
      const { weight, optimizer, step } = begin(create, options);
      step([size, -size], 0.25);
      const [first, second] = await weight.data();
      assertAlmostEquals(first, 1 - 0.25, 2e-6); // a bias of 1 − 0.999 in float32 is 5e-5 off
      assertAlmostEquals(second, -2 + 0.25, 2e-6);
      optimizer.dispose();
      weight.dispose();
    }
  });

  Deno.test(`${name} neither decays biases nor batch norm`, async () => {
    const bias = tf.variable(tf.tensor1d([2, -2]));
    const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
    const optimizer = create(new Map([["bn.bias", bias]]), options);
    tf.tidy(() => optimizer.apply(new Map([["bn.bias", tf.tensor1d([0, 0])]]), tf.scalar(1)));
    assertEquals([...await bias.data()], [2, -2]);
    optimizer.dispose();
    bias.dispose();
  });

  Deno.test(`${name} goes on from a snapshot as if it had never stopped`, async () => {
    const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 };
    const [whole, first, second] = [0, 1, 2].map(() => begin(create, options));
    const gradientAt = (step: number) => [Math.sin(step), Math.cos(3 * step)];
    for (let at = 0; at < 7; at++) whole.step(gradientAt(at), 0.1);
    for (let at = 0; at < 3; at++) first.step(gradientAt(at), 0.1);
    assignTensors(second.variables, await toTensors(first.variables));
    for (let at = 3; at < 7; at++) second.step(gradientAt(at), 0.1);
    for (const [name, variable] of whole.variables) {
      assertEquals(await second.variables.get(name)!.data(), await variable.data(), name);
    }
    assertEquals([...await second.variables.get("optimizer.t")!.data()], [7]);
    for (const { optimizer, weight } of [whole, first, second]) {
      optimizer.dispose();
      weight.dispose();
    }
  });

  Deno.test(`${name} keeps two slots a parameter and the step, and frees them all`, () => {
    const parameters = new Map([["a", tf.variable(tf.ones([2, 3]))]]);
    const before = tf.memory().numTensors;
    const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 };
    const optimizer = create(parameters, options);
    const shapes = [...optimizer.slots].map(([name, slot]) => [name, slot.shape]);
    assertEquals(shapes, [["t", []], ["m.a", [2, 3]], ["v.a", [2, 3]]]);
    tf.tidy(() => optimizer.apply(new Map([["a", tf.ones([2, 3])]]), tf.scalar(0.1)));
    assertEquals(tf.memory().numTensors, before + 3);
    optimizer.dispose();
    assertEquals(tf.memory().numTensors, before);
    disposeVariables(parameters);
  });
}

/** One weight [1, 2] at (1, −2), and a step by a gradient. */
function begin(create: typeof adam, options: AdamOptions) {
  const weight = tf.variable(tf.tensor2d([[1, -2]]));
  const optimizer = create(new Map([["weight", weight]]), options);
  const slots = [...optimizer.slots].map(([name, slot]) => [`optimizer.${name}`, slot] as const);
  const step = (gradient: number[], rate: number) =>
    tf.tidy(() => {
      optimizer.apply(new Map([["weight", tf.tensor2d([gradient])]]), tf.scalar(rate));
    });
  return { weight, optimizer, step, variables: new Map([["weight", weight], ...slots]) };
}

Deno.test("a mistake of others is not ours: AdamW's decay passes through the moments, or Adam's does not", async () => {
  // A gradient far larger than the decay hides it from Adam, not from AdamW
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
  const after = async (create: typeof adam) => {
    const { weight, optimizer, step } = begin(create, options);
    step([1e4, 1e4], 0.1);
    const values = [...await weight.data()];
    optimizer.dispose();
    weight.dispose();
    return values;
  };
  const [adamFirst] = await after(adam);
  const [adamwFirst] = await after(adamw);
  assertAlmostEquals(adamFirst, 1 - 0.1, 1e-5);
  assertAlmostEquals(adamwFirst, 1 - 0.1 * 0.5 - 0.1, 1e-5);
});
