import { assertEquals, assertThrows } from "@std/assert";
import {
  batchNormInference,
  batchNormTraining,
  startTensorFlow,
  tf,
  toBfloat16,
  toFloat,
} from "../../../src/tensorflow/mod.ts";
import { assertClose, normals, trueType } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

const EPSILON = 1e-5;
const CHANNELS = 5;
const SHAPE: [number, number, number, number] = [3, 4, 2, CHANNELS];
const x = normals<tf.Rank.R4>(SHAPE, 1).mul(3).add(2) as tf.Tensor4D;
const scale = normals<tf.Rank.R1>([CHANNELS], 2);
const offset = normals<tf.Rank.R1>([CHANNELS], 3);
const dy = normals<tf.Rank.R4>(SHAPE, 4);

/** Each channel's mean and sum of squares around it, in float64. */
function channelMoments(values: ArrayLike<number>): { mean: number[]; squares: number[] } {
  const count = values.length / CHANNELS;
  const sums = (term: (value: number, channel: number) => number) =>
    Array.from({ length: CHANNELS }, (_, channel) => {
      let sum = 0;
      for (let at = channel; at < values.length; at += CHANNELS) sum += term(values[at], channel);
      return sum;
    });
  const mean = sums((value) => value).map((sum) => sum / count);
  return { mean, squares: sums((value, channel) => (value - mean[channel]) ** 2) };
}

/** γ·(x − mean)/√(variance + ε) + β, in float64. */
async function naiveNorm(mean: ArrayLike<number>, variance: ArrayLike<number>) {
  const [gamma, beta, values] = [await scale.data(), await offset.data(), await x.data()];
  return Array.from(values, (value, at) => {
    const c = at % CHANNELS;
    return gamma[c] * (value - mean[c]) / Math.sqrt(variance[c] + EPSILON) + beta[c];
  });
}

Deno.test("in training it normalises by the batch, and says mean and unbiased variance", async () => {
  const { y, mean, variance } = batchNormTraining(x, { scale, offset });
  const expected = channelMoments(await x.data());
  const count = x.size / CHANNELS;
  assertClose(await mean.data(), expected.mean);
  assertClose(await variance.data(), expected.squares.map((square) => square / (count - 1)));
  const biased = expected.squares.map((square) => square / count);
  assertClose(await y.data(), await naiveNorm(expected.mean, biased));
});

Deno.test("its gradients are those of the formula, of which mean and variance are part", async () => {
  const fused = tf.grads((x, scale, offset) =>
    batchNormTraining(x as tf.Tensor4D, {
      scale: scale as tf.Tensor1D,
      offset: offset as tf.Tensor1D,
    }).y
  )([x, scale, offset], dy);
  const composed = tf.grads((x, scale, offset) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return x.sub(mean).div(variance.add(EPSILON).sqrt()).mul(scale).add(offset);
  })([x, scale, offset], dy);
  for (const at of [0, 1, 2]) {
    assertEquals(fused[at].shape, composed[at].shape);
    assertClose(await fused[at].data(), await composed[at].data());
  }
});

Deno.test("mean and variance outlive the tidy and the gradient that they were made in", async () => {
  const before = tf.memory().numTensors;
  let statistics: tf.Tensor[] = [];
  const { value, grads } = tf.tidy(() =>
    tf.valueAndGrad((x) => {
      const { y, mean, variance } = batchNormTraining(x as tf.Tensor4D, { scale, offset });
      statistics = [mean, variance];
      return y;
    })(x, dy) as unknown as { value: tf.Tensor; grads: tf.Tensor }
  );
  assertEquals(tf.memory().numTensors - before, statistics.length + 2);
  assertClose(await statistics[0].data(), channelMoments(await x.data()).mean);
  tf.dispose([...statistics, value, grads]);
});

Deno.test("in inference it normalises by the given statistics, and has no gradient", async () => {
  const mean = normals<tf.Rank.R1>([CHANNELS], 5);
  const variance = normals<tf.Rank.R1>([CHANNELS], 6).square().add(0.1) as tf.Tensor1D;
  const run = (x: tf.Tensor) =>
    batchNormInference(x as tf.Tensor4D, { scale, offset }, { mean, variance });
  assertClose(await run(x).data(), await naiveNorm(await mean.data(), await variance.data()));
  assertThrows(() => tf.grad(run)(x), Error, "Cannot compute gradient");
});

Deno.test("bfloat16 goes through as bfloat16, with statistics and their gradients in float32", async () => {
  const low = toBfloat16(x);
  const { y, mean, variance } = batchNormTraining(low, { scale, offset });
  assertEquals([y, mean, variance].map(trueType), ["bfloat16", "float", "float"]);
  assertEquals(
    trueType(batchNormInference(low, { scale, offset }, { mean, variance })),
    "bfloat16",
  );
  const norm = (to: <T extends tf.Tensor>(x: T) => T) =>
    tf.grads((x, scale, offset) => {
      const affine = { scale: scale as tf.Tensor1D, offset: offset as tf.Tensor1D };
      return toFloat(batchNormTraining(to(x as tf.Tensor4D), affine).y);
    })([x, scale, offset], dy);
  const [rounded, exact] = [norm(toBfloat16), norm((x) => x)];
  for (const at of [0, 1, 2]) {
    assertEquals(trueType(rounded[at]), "float");
    assertClose(await rounded[at].data(), await exact[at].data(), 2e-2);
  }
});
