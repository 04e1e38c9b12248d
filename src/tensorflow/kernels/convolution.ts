import * as tf from "@tensorflow/tfjs";
import { LookalikeError } from "../../errors.ts";
import type { Precision } from "../precision.ts";
import { toBfloat16 } from "./casts.ts";
import { type Attributes, FLOAT, int, op, sizes, string } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * Two-dimensional convolution, padded by ⌊k/2⌋ on each side as in torchvision's networks.
 *
 * TensorFlow's own `SAME` pads unevenly where the stride is 2, so that weights trained elsewhere
 * would see shifted images.
 *
 * @param x float32 or bfloat16 `[N, H, W, C]`.
 * @param filter float32 `[k, k, C, D]`, k odd.
 * @param options Stride in pixels; the precision in which it is computed.
 * @returns `[N, ⌈H/stride⌉, ⌈W/stride⌉, D]` of the given precision.
 * @throws {LookalikeError} `internal` if the channels do not fit, or k is even.
 */
export function conv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  options: { stride?: number; precision?: Precision } = {},
): tf.Tensor4D {
  const { stride = 1, precision = "float32" } = options;
  if (x.shape[3] !== filter.shape[2]) {
    throw new LookalikeError(
      "internal",
      `Cannot convolve as the filter must take ${x.shape[3]} channels: it takes ${
        filter.shape[2]
      }.`,
    );
  }
  const [height, width] = filter.shape;
  if (height % 2 === 0 || width % 2 === 0) {
    throw new LookalikeError(
      "internal",
      `Cannot convolve as the filter's sides must be odd: they are ${height} × ${width}.`,
    );
  }
  const attributes = { T: FLOAT, strides: int([1, stride, stride, 1]), ...padding(filter, stride) };
  const low = precision === "bfloat16";
  return tf.tidy(() =>
    withGradient(low ? [toBfloat16(x), toBfloat16(filter)] : [x, filter], (x, filter) => ({
      value: op("Conv2D", attributes, [x, filter]),
      saved: [x, filter],
      gradient: (dy, [x, filter]) => [
        op("Conv2DBackpropInput", attributes, [sizes(x.shape), filter, dy]),
        op("Conv2DBackpropFilter", attributes, [x, sizes(filter.shape), dy]),
      ],
    }))
  );
}

function padding(filter: tf.Tensor4D, stride: number): Attributes {
  const [height, width] = filter.shape;
  if (stride === 1 || height * width === 1) return { padding: string("SAME") }; // the same, and faster
  const [top, left] = [Math.floor(height / 2), Math.floor(width / 2)];
  return {
    padding: string("EXPLICIT"),
    explicit_paddings: int([0, 0, top, top, left, left, 0, 0]),
  };
}
