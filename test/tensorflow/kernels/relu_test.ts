import { assertEquals } from "@std/assert";
import { relu, startTensorFlow, tf, toBfloat16 } from "../../../src/tensorflow/mod.ts";
import { assertSameBits, normals, trueType } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("relu keeps what is above 0 and passes gradients there alone", async () => {
  const x = tf.tensor1d([-2, -(2 ** -100), 0, 2 ** -100, 3, Infinity, -Infinity]);
  assertEquals([...await relu(x).data()], [0, 0, 0, 2 ** -100, 3, Infinity, 0]);
  const dy = tf.tensor1d([1, 2, 3, 4, 5, 6, 7]);
  assertEquals([...await tf.grad(relu)(x, dy).data()], [0, 0, 0, 4, 5, 6, 0]);
});

Deno.test("relu and its gradient are those of TensorFlow.js", async () => {
  const x = normals<tf.Rank.R4>([2, 5, 5, 7], 1);
  const dy = normals<tf.Rank.R4>([2, 5, 5, 7], 2);
  await assertSameBits(relu(x), tf.relu(x));
  await assertSameBits(
    tf.grad((x) => relu(x))(x, dy),
    tf.grad((x) => tf.relu(x))(x, dy),
  );
});

Deno.test("relu keeps bfloat16", () => {
  assertEquals(trueType(relu(toBfloat16(tf.tensor1d([-1, 1])))), "bfloat16");
});
