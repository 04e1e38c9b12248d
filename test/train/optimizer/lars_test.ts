import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { lars } from "../../../train/optimizer/lars.ts";
import { learningRateAt } from "../../../train/optimizer/learning_rate.ts";
import { compareWithRule, type Rule } from "./run.ts";

await startTensorFlow({ device: "cpu" });

/** LARS as the reference implementation of SimCLR has it, in float64. */
function larsRule(
  options: { momentum: number; weightDecay: number; trustCoefficient: number },
): Rule {
  const { momentum, weightDecay, trustCoefficient } = options;
  const norm = (values: number[]) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return ({ weight, kept: [velocity], gradient, learningRate, isVector }) => {
    let slope = gradient;
    let ratio = 1;
    if (!isVector) {
      slope = gradient.map((value, at) => value + weightDecay * weight[at]);
      if (norm(weight) > 0 && norm(slope) > 0) {
        ratio = trustCoefficient * norm(weight) / norm(slope);
      }
    }
    const next = velocity.map((value, at) => momentum * value + learningRate * ratio * slope[at]);
    return { weight: weight.map((value, at) => value - next[at]), kept: [next] };
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

Deno.test("LARS over ten steps of a warm-up agrees with the reference's semantics, spelt out", async () => {
  const schedule = { peak: 0.8, warmupSteps: 5, totalSteps: 10 };
  const rates = Array.from({ length: 10 }, (_, step) => learningRateAt(step, schedule));
  // What the reference does, on a weight [2, 2] and a bias [2], which it leaves alone. The weight
  // begins at zero: its ratio is 1 at first; no gradient reaches either at steps 3 and 4.
  let [w, v] = [[0, 0, 0, 0], [0, 0, 0, 0]];
  let [b, u] = [[0.5, -0.25], [0, 0]];
  const weight = tf.variable(tf.tensor2d(w, [2, 2]));
  const bias = tf.variable(tf.tensor1d(b));
  const parameters = new Map<string, tf.Variable>([["head.weight", weight], ["head.bias", bias]]);
  const optimizer = lars(parameters, { momentum: 0.9, weightDecay: 0.01, trustCoefficient: 0.001 });
  for (let step = 0; step < 10; step++) {
    const rate = rates[step];
    const idle = step === 3 || step === 4;
    const gw = [0.5, -1, 0.25, 2].map((slope) => idle ? 0 : slope * (step - 4.5));
    const gb = [1, -0.5].map((slope) => idle ? 0 : slope / (step + 1));

    const g = gw.map((slope, at) => slope + 0.01 * w[at]); // weight decay comes first
    const [wNorm, gNorm] = [Math.hypot(...w), Math.hypot(...g)];
    const ratio = wNorm > 0 && gNorm > 0 ? 0.001 * wNorm / gNorm : 1;
    v = v.map((velocity, at) => 0.9 * velocity + rate * ratio * g[at]); // the rate within
    w = w.map((value, at) => value - v[at]);
    u = u.map((velocity, at) => 0.9 * velocity + rate * gb[at]); // neither decay nor ratio
    b = b.map((value, at) => value - u[at]);

    tf.tidy(() => {
      const gradients = [tf.tensor2d(gw, [2, 2]), tf.tensor1d(gb)];
      const byName = new Map(["head.weight", "head.bias"].map((name, at) => [name, gradients[at]]));
      optimizer.apply(byName, tf.scalar(rate));
    });
    const [moved, shifted] = [await weight.data(), await bias.data()];
    w.forEach((value, at) => assertAlmostEquals(moved[at], value, 1e-5));
    b.forEach((value, at) => assertAlmostEquals(shifted[at], value, 1e-5));
    if (step === 0) { // 0.16 · 1 · −4.5 · 0.5 = −0.36; 0.5 − 0.16 · 1 = 0.34
      assertAlmostEquals(moved[0], 0.36, 1e-6);
      assertAlmostEquals(shifted[0], 0.34, 1e-6);
    }
  }
  assert(w.every((value) => Math.abs(value) > 0.5) && Math.abs(b[0]) > 0.5, "it went somewhere");
  optimizer.dispose();
  tf.dispose([weight, bias]);
});

/** What one step with learning rate 1, decay 0.5 and η 0.001 makes of a parameter. */
async function afterOneStep(
  weight: tf.Tensor,
  gradient: tf.Tensor,
  name = "parameter",
): Promise<Float32Array> {
  const parameter = tf.variable(weight);
  const options = { momentum: 0.9, weightDecay: 0.5, trustCoefficient: 0.001 };
  const optimizer = lars(new Map([[name, parameter]]), options);
  const rate = tf.scalar(1);
  tf.tidy(() => optimizer.apply(new Map([[name, gradient]]), rate));
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

Deno.test("a mistake of others is not ours: LARS scales a classifier's step, which then stays near 0", async () => {
  const [weight, gradient] = [[[2, -2]], [[0.25, 0]]];
  const values = await afterOneStep(tf.tensor2d(weight), tf.tensor2d(gradient), "fc.weight");
  assertEquals([...values], [0.75, -1]); // decayed, as the reference's loss does
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
