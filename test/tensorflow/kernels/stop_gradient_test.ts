import { assertEquals } from "@std/assert";
import { startTensorFlow, stopGradient, tf } from "../../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("what stopGradient gives is a constant to the gradient", async () => {
  const x = tf.tensor1d([1, -2, 3]);
  assertEquals([...await stopGradient(x).data()], [1, -2, 3]);
  const slopes = tf.grad((x) => tf.mul(x, stopGradient(x)))(x);
  assertEquals([...await slopes.data()], [1, -2, 3]); // not 2x
});

Deno.test("comparisons of what stopGradient gives stand in no gradient's way", async () => {
  const x = tf.tensor1d([1, -2, 3]);
  const larger = (x: tf.Tensor) => tf.where(tf.greater(stopGradient(x), 0), tf.square(x), 0);
  assertEquals([...await tf.grad(larger)(x).data()].map(Math.abs), [2, 0, 6]);
});
