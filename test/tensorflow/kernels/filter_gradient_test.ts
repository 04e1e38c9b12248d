import { assert, assertEquals } from "@std/assert";
import { conv2d, startTensorFlow, tf, toFloat } from "../../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

/** dL/dfilter of Σ w·conv(x, filter), in the given precision. */
async function filterGradient(
  shape: { side: number; channels: number; stride: number },
  precision: "float32" | "bfloat16",
): Promise<{ shape: number[]; data: Float32Array }> {
  const { side, channels, stride } = shape;
  const [outputs, images] = [24, 2];
  const out = Math.ceil(side / stride);
  const x = tf.randomNormal([images, side, side, channels], 0, 1, "float32", 1) as tf.Tensor4D;
  const filter = tf.randomNormal([3, 3, channels, outputs], 0, 1, "float32", 2) as tf.Tensor4D;
  const w = tf.randomNormal([images, out, out, outputs], 0, 1, "float32", 3);
  const loss = (filter: tf.Tensor) => {
    const y = conv2d(x, filter as tf.Tensor4D, { stride, precision });
    return tf.sum(tf.mul(toFloat(y), w));
  };
  const gradient = tf.tidy(() => tf.grad(loss)(filter));
  const data = await gradient.data() as Float32Array;
  tf.dispose([x, filter, w, gradient]);
  return { shape: gradient.shape, data };
}

// From 256 channels on, up to 4×4 places, bfloat16 goes by a product of patches.
for (
  const shape of [
    { side: 4, channels: 256, stride: 1 },
    { side: 8, channels: 256, stride: 2 },
    { side: 7, channels: 256, stride: 2 },
    { side: 1, channels: 256, stride: 1 },
    { side: 4, channels: 255, stride: 1 },
    { side: 5, channels: 256, stride: 1 },
  ]
) {
  const { side, channels, stride } = shape;
  Deno.test(`bfloat16's gradient of a filter is float32's, ${side}×${side}×${channels}/${stride}`, async () => {
    const exact = await filterGradient(shape, "float32");
    const low = await filterGradient(shape, "bfloat16");
    assertEquals(low.shape, exact.shape);
    let [error, size] = [0, 0];
    exact.data.forEach((value, at) => {
      error += (value - low.data[at]) ** 2;
      size += value ** 2;
    });
    const relative = Math.sqrt(error / size);
    assert(relative < 6e-3, `it is off by ${relative}`); // three roundings of 2⁻⁹ each
    assert(relative > 0, "it must have been computed in bfloat16");
  });
}
