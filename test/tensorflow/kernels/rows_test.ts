import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../../src/errors.ts";
import {
  gatherRows,
  partitionRows,
  startTensorFlow,
  stitchRows,
  tf,
  toBfloat16,
  toFloat,
  topK,
  uint8Tensor,
} from "../../../src/tensorflow/mod.ts";
import { assertSameBits, integers, normals, trueType } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

const indices = (...values: number[]) => tf.tensor1d(values, "int32");

Deno.test("rows of bytes and of floats are gathered by index", async () => {
  const bytes = uint8Tensor<tf.Rank.R3>(Uint8Array.from({ length: 12 }, (_, i) => 20 * i), [
    3,
    2,
    2,
  ]);
  const rows = gatherRows(bytes, indices(2, 0, 2, 2));
  assertEquals(rows.shape, [4, 2, 2]);
  assertEquals(trueType(rows), "uint8");
  const [first, last] = [[0, 20, 40, 60], [160, 180, 200, 220]];
  assertEquals([...await rows.data()], [...last, ...first, ...last, ...last]);
  const floats = gatherRows(tf.tensor2d([[1.5, 2.5], [3.5, 4.5]]), indices(1, 0));
  assertEquals(await floats.array(), [[3.5, 4.5], [1.5, 2.5]]);
  const whole = gatherRows(tf.tensor1d([7, 8, 9], "int32"), indices(2));
  assertEquals([whole.dtype, ...await whole.data()], ["int32", 9]);
  const rounded = gatherRows(toBfloat16(tf.tensor1d([1, 2])), indices(1));
  assertEquals([trueType(rounded), ...await rounded.data()], ["float", 2]);
  assertEquals(gatherRows(bytes, indices()).shape, [0, 2, 2]);
});

Deno.test("the gradient of a row is the sum over all places where it went", async () => {
  const x = integers<tf.Rank.R2>([4, 3], 1);
  const dy = integers<tf.Rank.R2>([5, 3], 2);
  const taken = [2, 0, 2, 2, 3];
  const gradient = tf.grad((x) => gatherRows(x, indices(...taken)))(x, dy); // made within, too
  const expected = Array.from({ length: 4 }, () => [0, 0, 0]);
  (await dy.array()).forEach((row, at) => row.forEach((d, c) => expected[taken[at]][c] += d));
  assertEquals(await gradient.array(), expected);
});

Deno.test("an index that is out of range is an error that names it", () => {
  for (const x of [tf.zeros([3, 2]), uint8Tensor<tf.Rank.R1>(new Uint8Array(3), [3])]) {
    for (const wrong of [3, -1]) {
      const error = assertThrows(() => gatherRows(x, indices(0, wrong)), LookalikeError);
      assert(error.message.includes(`indices[1] = ${wrong} is not in [0, 3)`), error.message);
    }
  }
});

Deno.test("the k largest come largest first, and of equal ones the first", async () => {
  const x = tf.tensor2d([[1, 5, 3, 5, 5], [0, 0, 0, 0, 0], [-1, -Infinity, 2, -3, Infinity]]);
  const { values, indices } = topK(x, 3);
  assertEquals(await values.array(), [[5, 5, 5], [0, 0, 0], [Infinity, 2, -1]]);
  assertEquals(await indices.array(), [[1, 3, 4], [0, 1, 2], [4, 2, 0]]);
  assertEquals(indices.dtype, "int32");
});

Deno.test("the k largest are the first k of a stable sort", async () => {
  const numbers = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.nat(), async (row, seed) => {
      const k = 1 + seed % row.length;
      const { values, indices } = topK(tf.tensor2d([row]), k);
      const sorted = row.map((value, column) => ({ value, column }))
        .sort((a, b) => b.value - a.value || a.column - b.column).slice(0, k);
      assertEquals([...await values.data()], sorted.map(({ value }) => value));
      assertEquals([...await indices.data()], sorted.map(({ column }) => column));
    }),
    { numRuns: 50 },
  );
});

Deno.test("rows sorted into parts keep their order there, and an empty part is empty", async () => {
  const x = tf.tensor2d([[1, 1], [2, 2], [3, 3], [4, 4]]);
  const parts = partitionRows(x, indices(2, 0, 2, 0), 4);
  assertEquals(parts.map(({ shape }) => shape), [[2, 2], [0, 2], [2, 2], [0, 2]]);
  assertEquals(await parts[0].array(), [[2, 2], [4, 4]]);
  assertEquals(await parts[2].array(), [[1, 1], [3, 3]]);
});

Deno.test("sorting rows into parts and back changes nothing", async () => {
  const assignments = fc.array(fc.nat(3), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(assignments, fc.nat(1000), async (assigned, seed) => {
      const shape = [assigned.length, 2, 3];
      const x = normals<tf.Rank.R3>(shape as [number, number, number], seed);
      const part = indices(...assigned);
      const rows = partitionRows(tf.range(0, assigned.length, 1, "int32"), part, 4);
      await assertSameBits(stitchRows(rows, partitionRows(x, part, 4), shape), x);
    }),
    { numRuns: 50 },
  );
});

Deno.test("bytes lie on the device as bytes, and are a copy", async () => {
  const data = Uint8Array.of(0, 1, 127, 128, 254, 255);
  const bytes = uint8Tensor<tf.Rank.R2>(data, [2, 3]);
  data.fill(9);
  assertEquals([bytes.dtype, trueType(bytes)], ["int32", "uint8"]);
  assertEquals(await toFloat(bytes).array(), [[0, 1, 127], [128, 254, 255]]);
  const error = assertThrows(() => uint8Tensor(data, [7]), LookalikeError);
  assertEquals(
    error.message,
    "Cannot make a uint8 tensor of shape [7] as its values must fill it: they are 6 bytes.",
  );
});
