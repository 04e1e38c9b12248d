import type * as tf from "@tensorflow/tfjs";
import { FLOAT, int, op, string } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * The largest number of each square of places, padded by ⌊k/2⌋ with −∞ on each side as in
 * torchvision's networks: TensorFlow's own `SAME` pads unevenly where the stride is 2.
 *
 * Unlike a convolution's, the gradient of `EXPLICIT` padding is as fast as that of any other here.
 *
 * @param x float32 or bfloat16 `[N, H, W, C]`.
 * @param options k, the side of a square, odd; the stride in pixels.
 * @returns Like x, `[N, ⌈H/stride⌉, ⌈W/stride⌉, C]`. Of equal numbers the first takes the gradient.
 */
export function maxPool(x: tf.Tensor4D, options: { side: number; stride: number }): tf.Tensor4D {
  const { side, stride } = options;
  const border = Math.floor(side / 2);
  const attributes = {
    T: FLOAT,
    ksize: int([1, side, side, 1]),
    strides: int([1, stride, stride, 1]),
    padding: string("EXPLICIT"),
    explicit_paddings: int([0, 0, border, border, border, border, 0, 0]),
    data_format: string("NHWC"),
  };
  return withGradient([x], (x) => {
    const value = op("MaxPool", attributes, [x]);
    const gradient = (dy: tf.Tensor, [x, y]: tf.Tensor[]) => [
      op("MaxPoolGrad", attributes, [x, y, dy]),
    ];
    return { value, saved: [x, value], gradient };
  });
}
