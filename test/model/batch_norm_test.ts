import { assertEquals } from "@std/assert";
import {
  type BatchStatistics,
  byBatchStatistics,
  byRunningStatistics,
  createEncoder,
  encode,
  updateRunningStatistics,
} from "../../src/model/mod.ts";
import { conv2d, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { assertClose, normals, uniforms } from "../tensorflow/kernels/tensors.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const x = normals<tf.Rank.R4>([4, 3, 3, 2], 1).mul(2).add(1) as tf.Tensor4D;

/** A layer of two channels; without a β if told so. */
function layer(options: { offset: boolean }) {
  const variable = (...values: number[]) => tf.variable(tf.tensor1d(values)) as tf.Variable;
  const parameters = new Map([["bn.weight", variable(2, 3)]]);
  if (options.offset) parameters.set("bn.bias", variable(-1, 1));
  const state = new Map([
    ["bn.running_mean", variable(10, 20)],
    ["bn.running_var", variable(30, 40)],
  ]);
  return { parameters, state };
}

/** Each channel's mean and variances, in float64. */
async function moments(x: tf.Tensor) {
  const values = await x.data();
  const channels = x.shape.at(-1)!;
  const count = values.length / channels;
  return Array.from({ length: channels }, (_, channel) => {
    const own = Array.from(values).filter((_, at) => at % channels === channel);
    const mean = own.reduce((sum, value) => sum + value, 0) / count;
    const squares = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, biased: squares / count, unbiased: squares / (count - 1) };
  });
}

for (const offset of [true, false]) {
  const what = offset ? "γ and β" : "γ alone, β being 0";
  Deno.test(`batch and running statistics normalise with ${what}`, async () => {
    const { parameters, state } = layer({ offset });
    const beta = offset ? [-1, 1] : [0, 0];
    const expected = async (mean: number[], variance: number[]) =>
      Array.from(await x.data(), (value, at) => {
        const c = at % 2;
        return [2, 3][c] * (value - mean[c]) / Math.sqrt(variance[c] + 1e-5) + beta[c];
      });
    const own = await moments(x);
    const trained = byBatchStatistics(parameters, [])(x, "bn");
    assertClose(
      await trained.data(),
      await expected(own.map(({ mean }) => mean), own.map(({ biased }) => biased)),
    );
    const inferred = byRunningStatistics(parameters, state)(x, "bn");
    assertClose(await inferred.data(), await expected([10, 20], [30, 40]));
  });
}

Deno.test("a batch moves the running statistics a tenth of the way, to its unbiased variance", async () => {
  const { parameters, state } = layer({ offset: true });
  const collected: BatchStatistics[] = [];
  tf.tidy(() => byBatchStatistics(parameters, collected)(x, "bn"));
  assertEquals(collected.map(({ name }) => name), ["bn"]);
  const before = runtime.memory().tensors;
  updateRunningStatistics(state, collected);
  assertEquals(runtime.memory().tensors - before, -2, "the batch's own are disposed, no more");
  const own = await moments(x);
  const moved = (from: number[], to: number[]) => from.map((value, c) => 0.9 * value + 0.1 * to[c]);
  assertClose(
    await state.get("bn.running_mean")!.data(),
    moved([10, 20], own.map(({ mean }) => mean)),
    1e-6,
  );
  assertClose(
    await state.get("bn.running_var")!.data(),
    moved([30, 40], own.map(({ unbiased }) => unbiased)),
    1e-6,
  );
});

Deno.test("training moves the statistics of every layer of an encoder, and inference none", async () => {
  const encoder = createEncoder({ family: "resnet18", stem: "cifar", widthMultiplier: 0.125 }, {
    seed: 1,
  });
  const images = uniforms<tf.Rank.R4>([4, 8, 8, 3], 2);
  const { parameters, state } = encoder;
  const before = await encoder.snapshot();
  encode(encoder, images).dispose();
  assertEquals(await encoder.snapshot(), before);

  const collected: BatchStatistics[] = [];
  encode(encoder, images, { batchNorm: byBatchStatistics(parameters, collected) }).dispose();
  assertEquals(await encoder.snapshot(), before); // forward is pure
  assertEquals(collected.length, state.size / 2);
  updateRunningStatistics(state, collected);
  const after = await encoder.snapshot();
  for (const name of state.keys()) {
    const [old, now] = [before.get(name)!.data, after.get(name)!.data];
    assertEquals(now.some((value, at) => value !== old[at]), true, name);
  }
  for (const name of parameters.keys()) assertEquals(after.get(name), before.get(name));

  const stem = await moments(conv2d(images, parameters.get("conv1.weight") as tf.Tensor4D));
  assertClose(after.get("bn1.running_mean")!.data, stem.map(({ mean }) => 0.1 * mean), 1e-5);
  assertClose(
    after.get("bn1.running_var")!.data,
    stem.map(({ unbiased }) => 0.9 + 0.1 * unbiased),
    1e-5,
  );
  encoder.dispose();
});
