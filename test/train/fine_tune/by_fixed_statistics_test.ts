import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  byRunningStatistics,
  disposeVariables,
  type StoredTensor,
  toVariables,
} from "../../../src/model/mod.ts";
import { random } from "../../../src/random.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { byFixedStatistics } from "../../../train/fine_tune/by_fixed_statistics.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("fixed statistics normalise as inference does, and have the gradient of that", async () => {
  const source = random(3);
  const draw = (from: number) =>
    Float32Array.from({ length: 4 }, () => from + Math.abs(source.normal()));
  const vector = (data: Float32Array): StoredTensor => ({ dtype: "float32", shape: [4], data });
  const parameters = toVariables(
    new Map([["n.weight", vector(draw(0.5))], ["n.bias", vector(draw(0))]]),
  );
  const state = toVariables(
    new Map([["n.running_mean", vector(draw(0))], ["n.running_var", vector(draw(0.1))]]),
  );
  const before = tf.memory().numTensors;
  const x = tf.tensor4d(Float32Array.from({ length: 24 }, () => source.normal()), [2, 3, 1, 4]);
  const own = tf.tidy(() => byFixedStatistics(parameters, state)(x, "n"));
  const kernel = tf.tidy(() => byRunningStatistics(parameters, state)(x, "n"));
  const expected = await kernel.data();
  (await own.data()).forEach((value, at) => assertAlmostEquals(value, expected[at], 1e-5));

  // Σy is linear in x, γ and β: its slopes are γ/σ, Σ(x − μ)/σ and the number of rows.
  const [weight, bias] = [parameters.get("n.weight")!, parameters.get("n.bias")!];
  const { value, grads } = tf.variableGrads(
    () => tf.sum(byFixedStatistics(parameters, state)(x, "n")) as tf.Scalar,
    [weight, bias],
  );
  const [mean, variance] = [state.get("n.running_mean")!, state.get("n.running_var")!];
  const [values, means, variances] = [await x.data(), await mean.data(), await variance.data()];
  const slopes = await grads[weight.name].data();
  slopes.forEach((slope, c) => {
    let sum = 0;
    for (let row = 0; row < 6; row++) sum += values[row * 4 + c] - means[c];
    assertAlmostEquals(slope, sum / Math.sqrt(variances[c] + 1e-5), 1e-4);
  });
  assert((await grads[bias.name].data()).every((slope) => Math.abs(slope - 6) < 1e-5));
  tf.dispose([x, own, kernel, value, ...Object.values(grads)]);
  assertEquals(tf.memory().numTensors, before);
  [parameters, state].forEach(disposeVariables);
});
