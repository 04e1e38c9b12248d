import { assertAlmostEquals, assertEquals } from "@std/assert";
import { l2Norm, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("the length of any tensor is the root of its squares' sum", async () => {
  const numbers = Array.from({ length: 60 }, (_, index) => Math.sin(index) * 3);
  const expected = Math.hypot(...numbers);
  for (const shape of [[60], [5, 12], [3, 4, 5]]) {
    assertAlmostEquals((await l2Norm(tf.tensor(numbers, shape)).data())[0], expected, 1e-5);
  }
  assertEquals((await l2Norm(tf.zeros([4])).data())[0], 0);
});
