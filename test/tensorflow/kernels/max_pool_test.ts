import { assertEquals } from "@std/assert";
import { maxPool, startTensorFlow, tf, toBfloat16, toFloat } from "../../../src/tensorflow/mod.ts";
import type { Numbers } from "./naive_conv2d.ts";
import { integers, normals, trueType } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

/** Pooling as its definition has it: the first of a square's largest numbers takes its gradient. */
function naiveMaxPool(
  x: Numbers,
  options: { side: number; stride: number; dy: ArrayLike<number> },
): { y: number[]; dx: number[] } {
  const { side, stride, dy } = options;
  const [count, height, width, channels] = x.shape;
  const y: number[] = [];
  const dx = new Array<number>(x.data.length).fill(0);
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < height; row += stride) {
      for (let column = 0; column < width; column += stride) {
        for (let c = 0; c < channels; c++) {
          let first = -1;
          for (let at = 0; at < side * side; at++) {
            const i = row + Math.floor(at / side) - Math.floor(side / 2);
            const j = column + at % side - Math.floor(side / 2);
            if (i < 0 || i >= height || j < 0 || j >= width) continue; // never the largest
            const place = ((n * height + i) * width + j) * channels + c;
            if (first < 0 || x.data[place] > x.data[first]) first = place;
          }
          dx[first] += dy[y.length];
          y.push(x.data[first]);
        }
      }
    }
  }
  return { y, dx };
}

const sizes: [height: number, width: number][] = [[1, 1], [2, 3], [5, 5], [6, 6], [7, 8]];

for (const { side, stride } of [{ side: 3, stride: 2 }, { side: 3, stride: 1 }]) {
  Deno.test(`max-pooling of ${side}×${side} at stride ${stride} and its gradient equal the definition`, async () => {
    for (const [height, width] of sizes) {
      // All below 0, so that padding with 0 would show; many are equal.
      const x = integers<tf.Rank.R4>([2, height, width, 3], 1).sub(10) as tf.Tensor4D;
      const y = maxPool(x, { side, stride });
      const dy = integers(y.shape, 2);
      const dx = tf.grad((x) => maxPool(x as tf.Tensor4D, { side, stride }))(x, dy);
      const data = await x.data();
      const expected = naiveMaxPool({ shape: x.shape, data }, {
        side,
        stride,
        dy: await dy.data(),
      });
      assertEquals(y.shape, [2, Math.ceil(height / stride), Math.ceil(width / stride), 3]);
      assertEquals([...await y.data()], expected.y);
      assertEquals([...await dx.data()], expected.dx);
      tf.dispose([x, y, dy, dx]);
    }
  });
}

Deno.test("max-pooling keeps bfloat16, forward and back", async () => {
  const x = toBfloat16(normals<tf.Rank.R4>([2, 6, 6, 4], 3));
  const pool = (x: tf.Tensor) => maxPool(x as tf.Tensor4D, { side: 3, stride: 2 });
  assertEquals(trueType(pool(x)), "bfloat16");
  // Its numbers are among those that went in, so that nothing more is rounded.
  assertEquals([...await toFloat(pool(x)).data()], [...await pool(toFloat(x)).data()]);
  const dx = tf.grad(pool)(x, toBfloat16(tf.ones([2, 3, 3, 4])));
  assertEquals(trueType(dx), "bfloat16");
});
