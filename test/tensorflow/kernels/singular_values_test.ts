import { assertAlmostEquals, assertEquals } from "@std/assert";
import { singularValues, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { normals } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

async function valuesOf(rows: number[][]): Promise<number[]> {
  const values = tf.tidy(() => singularValues(tf.tensor2d(rows)));
  const read = [...await values.data()];
  values.dispose();
  return read;
}

Deno.test("the singular values of a matrix with axes of its own are their lengths, largest first", async () => {
  const turn = (a: number, b: number) => [0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b, 0]; // an isometry
  const values = await valuesOf([turn(3, 0), turn(0, 4)]); // [2, 3]: as many as the shorter side
  assertEquals(values.length, 2);
  [4, 3].forEach((value, at) => assertAlmostEquals(values[at], value, 1e-6));
  assertEquals(await valuesOf([[0, 0], [0, 0], [0, 0]]), [0, 0]);
});

Deno.test("singular values far below the largest keep their digits", async () => {
  const values = await valuesOf([[1, 0, 0], [0, 1e-5, 0], [0, 0, 1e-6], [0, 0, 0]]);
  // By a Gram matrix in float32 they would be roots of 1e-10 and 1e-12 beside 1
  [1, 1e-5, 1e-6].forEach((value, at) => assertAlmostEquals(values[at], value, 1e-9));
});

Deno.test("the squares of the singular values sum to those of the numbers", async () => {
  const x = normals<tf.Rank.R2>([40, 12], 3);
  const [values, squares] = tf.tidy(() => [singularValues(x), tf.sum(tf.square(x))]);
  const sum = [...await values.data()].reduce((sum, value) => sum + value ** 2, 0);
  assertAlmostEquals(sum, (await squares.data())[0], 1e-3);
  tf.dispose([x, values, squares]);
});
