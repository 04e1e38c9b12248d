import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  startTensorFlow,
  tf,
  toBfloat16,
  toFloat,
  uint8Tensor,
} from "../../../src/tensorflow/mod.ts";
import { integers, trueType } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

/** A float32 rounded to its upper half, ties to even, as bfloat16 has it. */
function rounded(value: number): number {
  if (Number.isNaN(value)) return NaN;
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const even = (bits >>> 16) & 1;
  const upper = (bits + 0x7fff + even) & 0xffff0000;
  return new Float32Array(Uint32Array.of(upper).buffer)[0];
}

Deno.test("float32 is rounded to the nearest bfloat16, and ties to even", async () => {
  const [ulp, tie] = [2 ** -7, 2 ** -8];
  const x = [1, 1 + tie, 1 + tie + 2 ** -23, 1 + ulp + tie, -1 - tie, 255, 257, 3.4e38, -Infinity];
  const low = toBfloat16(tf.tensor1d(x));
  assertEquals(trueType(low), "bfloat16");
  assertEquals(low.dtype, "float32"); // what TensorFlow.js believes
  const expected = [1, 1, 1 + ulp, 1 + 2 * ulp, -1, 255, 256, Infinity, -Infinity];
  assertEquals([...await low.data()], expected);
});

Deno.test("any normal number is rounded so, and comes back as float32 unchanged", async () => {
  const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(numbers, async (drawn) => {
      const x = drawn.filter((value) => value === 0 || Math.abs(value) > 2 ** -126);
      const back = toFloat(toBfloat16(tf.tensor1d(x)));
      assertEquals(trueType(back), "float");
      assertEquals([...await back.data()], x.map(rounded));
    }),
    { numRuns: 50 },
  );
});

Deno.test("whole numbers and truth values become floats", async () => {
  const bytes = toFloat(uint8Tensor<tf.Rank.R1>(Uint8Array.of(0, 128, 255), [3]));
  const ints = toFloat(tf.tensor1d([-7, 2 ** 20], "int32"));
  const truths = toFloat(tf.tensor1d([true, false], "bool"));
  assertEquals([bytes, ints, truths].map(({ dtype }) => dtype), ["float32", "float32", "float32"]);
  assertEquals([...await bytes.data()], [0, 128, 255]);
  assertEquals([...await ints.data()], [-7, 2 ** 20]);
  assertEquals([...await truths.data()], [1, 0]);
});

Deno.test("gradients pass through both casts, in the type of what was cast", async () => {
  const x = integers<tf.Rank.R1>([6], 1);
  const dy = tf.tensor1d([1, 2, 3, 4, 5, 1 + 2 ** -20]);
  const down = tf.grad((x) => toBfloat16(x))(x, dy);
  assertEquals(trueType(down), "float");
  assertEquals([...await down.data()], [...await dy.data()]);
  const both = tf.grad((x) => toFloat(toBfloat16(x)))(x, dy);
  assertEquals(trueType(both), "float");
  assertEquals([...await both.data()], [1, 2, 3, 4, 5, 1]); // it was bfloat16 in between
});

Deno.test("what is of the type already comes back as a tensor of its own", async () => {
  for (
    const [cast, x] of [[toFloat, tf.scalar(2)], [toBfloat16, toBfloat16(tf.scalar(2))]] as const
  ) {
    const same = cast(x);
    assert(same !== x);
    same.dispose();
    assertEquals((await x.data())[0], 2);
    assertEquals((await tf.grad((x) => cast(x))(x).data())[0], 1);
  }
});
