import { assertAlmostEquals, assertEquals } from "@std/assert";
import { batchNormInference, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

Deno.test("of an op with several outputs the first is taken, and none of the others is kept", async () => {
  const runtime = await startTensorFlow({ device: "cpu" });
  const channels = (value: number): tf.Tensor1D => tf.fill([3], value);
  const x = tf.fill([1, 2, 2, 3], 5) as tf.Tensor4D;
  const [scale, offset, mean, variance] = [2, 1, 3, 4].map(channels);
  const normalise = () => batchNormInference(x, { scale, offset }, { mean, variance });
  const y = normalise(); // 2 · (5 − 3) / √4 + 1
  assertEquals(y.shape, x.shape);
  for (const value of await y.data()) assertAlmostEquals(value, 3, 1e-3);
  const before = runtime.memory();
  normalise().dispose();
  const after = runtime.memory();
  assertEquals([after.handles, after.tensors], [before.handles, before.tensors]);
  tf.dispose([x, y, scale, offset, mean, variance]);
});
