import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { lars } from "../../../train/optimizer/lars.ts";
import { compareWithRule, type Rule } from "./run.ts";

await startTensorFlow({ device: "cpu" });

/** LARS as the reference implementation of SimCLR has it, in float64. */
function larsRule(
  options: { momentum: number; weightDecay: number; trustCoefficient: number },
): Rule {
  const { momentum, weightDecay, trustCoefficient } = options;
  const norm = (values: number[]) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return ({ weight, velocity, gradient, learningRate, isVector }) => {
    let slope = gradient;
    let ratio = 1;
    if (!isVector) {
      slope = gradient.map((value, at) => value + weightDecay * weight[at]);
      if (norm(weight) > 0 && norm(slope) > 0) {
        ratio = trustCoefficient * norm(weight) / norm(slope);
      }
    }
    const next = velocity.map((value, at) => momentum * value + learningRate * ratio * slope[at]);
    return { weight: weight.map((value, at) => value - next[at]), velocity: next };
  };
}

for (
  const options of [
    { momentum: 0.9, weightDecay: 1e-6, trustCoefficient: 0.001 }, // the paper's
    { momentum: 0.9, weightDecay: 0.3, trustCoefficient: 0.001 }, // decay that matters
    { momentum: 0.5, weightDecay: 0, trustCoefficient: 0.02 },
    { momentum: 0, weightDecay: 0.1, trustCoefficient: 0.1 },
  ]
) {
  Deno.test(`LARS follows its rule over ten steps, with ${JSON.stringify(options)}`, async () => {
    await compareWithRule((parameters) => lars(parameters, options), larsRule(options));
  });
}

/** What one step with learning rate 1, decay 0.5 and η 0.001 makes of a parameter. */
async function afterOneStep(weight: tf.Tensor, gradient: tf.Tensor): Promise<Float32Array> {
  const parameter = tf.variable(weight);
  const options = { momentum: 0.9, weightDecay: 0.5, trustCoefficient: 0.001 };
  const optimizer = lars(new Map([["parameter", parameter]]), options);
  const rate = tf.scalar(1);
  tf.tidy(() => optimizer.apply(new Map([["parameter", gradient]]), rate));
  const values = await parameter.data() as Float32Array;
  optimizer.dispose();
  tf.dispose([parameter, weight, gradient, rate]);
  return values;
}

Deno.test("a mistake of others is not ours: LARS decays biases and batch norm, or scales their step", async () => {
  const values = await afterOneStep(tf.tensor1d([2, -2]), tf.tensor1d([0.25, 0]));
  assertEquals([...values], [1.75, -2]);
});

Deno.test("a mistake of others is not ours: LARS gives weights that begin at zero a ratio of 0", async () => {
  const values = await afterOneStep(tf.zeros([1, 2]), tf.tensor2d([[0.5, -1]]));
  assertEquals([...values], [-0.5, 1]);
});

Deno.test("LARS keeps its step the same however large the gradient is", async () => {
  for (const size of [1e-6, 1, 1e6]) {
    const [value] = await afterOneStep(tf.tensor2d([[1e-12]]), tf.tensor2d([[size]]));
    assertAlmostEquals(value / 1e-12, 0.999, 1e-5); // η of ‖w‖
  }
});

Deno.test("LARS stays finite where neither weight nor gradient is there", async () => {
  const values = await afterOneStep(tf.zeros([2, 2]), tf.zeros([2, 2]));
  assert(values.every((value) => value === 0));
});
