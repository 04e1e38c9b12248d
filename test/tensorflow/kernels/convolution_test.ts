import { assert, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { conv2d, startTensorFlow, tf, toFloat } from "../../../src/tensorflow/mod.ts";
import { naiveConv2d } from "./naive_conv2d.ts";
import { assertClose, integers, normals, trueType } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

const sizes: [height: number, width: number][] = [[1, 1], [2, 3], [5, 5], [6, 6], [7, 8]];
const filters: [height: number, width: number][] = [[1, 1], [3, 3], [5, 5], [1, 3], [3, 1]];

for (const stride of [1, 2, 3]) {
  for (const [filterHeight, filterWidth] of filters) {
    const what = `${filterHeight}×${filterWidth} at stride ${stride}`;
    Deno.test(`a convolution of ${what} and its gradients equal the definition`, async () => {
      for (const [height, width] of sizes) {
        const x = integers<tf.Rank.R4>([2, height, width, 3], 1);
        const filter = integers<tf.Rank.R4>([filterHeight, filterWidth, 3, 4], 2);
        const y = conv2d(x, filter, { stride });
        const dy = integers<tf.Rank.R4>(y.shape, 3);
        const [dx, dfilter] = tf.grads((x, filter) =>
          conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { stride })
        )([x, filter], dy);
        const expected = naiveConv2d(await numbers(x), await numbers(filter), {
          stride,
          dy: await dy.data(),
        });
        assertEquals(y.shape, expected.shape);
        assertEquals([...await y.data()], expected.y);
        assertEquals([...await dx.data()], expected.dx);
        assertEquals([...await dfilter.data()], expected.dfilter);
        tf.dispose([x, filter, y, dy, dx, dfilter]);
      }
    });
  }
}

Deno.test("where TensorFlow.js pads evenly too, its convolution and gradients are the same", async () => {
  const x = normals<tf.Rank.R4>([4, 9, 9, 8], 4);
  const filter = normals<tf.Rank.R4>([3, 3, 8, 16], 5);
  const dy = normals<tf.Rank.R4>([4, 5, 5, 16], 6);
  const ours = tf.valueAndGrads((x, filter) =>
    conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { stride: 2 })
  )([x, filter], dy);
  const theirs = tf.valueAndGrads((x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "same")
  )([x, filter], dy);
  assertClose(await ours.value.data(), await theirs.value.data());
  for (const at of [0, 1]) {
    assertClose(await ours.grads[at].data(), await theirs.grads[at].data());
  }
});

Deno.test("a convolution in bfloat16 is rounded, and its gradients arrive in float32", async () => {
  const x = normals<tf.Rank.R4>([2, 8, 8, 8], 7);
  const filter = normals<tf.Rank.R4>([3, 3, 8, 8], 8);
  const run = (precision: "float32" | "bfloat16") =>
    tf.valueAndGrads((x, filter) =>
      toFloat(conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { precision }))
    )([x, filter], normals([2, 8, 8, 8], 9));
  const [low, high] = [run("bfloat16"), run("float32")];
  assertEquals(trueType(conv2d(x, filter, { precision: "bfloat16" })), "bfloat16");
  for (const at of [0, 1]) {
    assertEquals(trueType(low.grads[at]), "float");
    assertClose(await low.grads[at].data(), await high.grads[at].data(), 1e-2);
  }
  const [rounded, exact] = [await low.value.data(), await high.value.data()];
  assertClose(rounded, exact, 1e-2);
  assert(rounded.some((value, at) => value !== exact[at]), "nothing was rounded");
});

Deno.test("channels that do not fit and even filters are refused", () => {
  const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 3]);
  const error = assertThrows(() => conv2d(x, tf.zeros([3, 3, 4, 8])), LookalikeError);
  assertEquals(error.message, "Cannot convolve as the filter must take 3 channels: it takes 4.");
  const even = assertThrows(() => conv2d(x, tf.zeros([2, 3, 3, 8])), LookalikeError);
  assertEquals(even.message, "Cannot convolve as the filter's sides must be odd: they are 2 × 3.");
});

async function numbers(x: tf.Tensor) {
  return { shape: x.shape, data: await x.data() };
}
