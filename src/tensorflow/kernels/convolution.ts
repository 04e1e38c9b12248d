import * as tf from "@tensorflow/tfjs";
import { LookalikeError } from "../../errors.ts";
import type { Precision } from "../precision.ts";
import { addBorder, type Border, cutBorder } from "./border.ts";
import { toBfloat16 } from "./casts.ts";
import { filterGradient } from "./filter_gradient.ts";
import { FLOAT, int, op, sizes, string } from "./op.ts";
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
  // Where every place counts, SAME pads evenly; else we pad, as EXPLICIT has no fast gradient.
  const isPadded = stride > 1 && height * width > 1;
  const padding = isPadded ? "VALID" : "SAME";
  const attributes = { T: FLOAT, strides: int([1, stride, stride, 1]), padding: string(padding) };
  const filterShape = filter.shape;
  const border: Border = [Math.floor(height / 2), Math.floor(width / 2)];
  const low = precision === "bfloat16";
  return tf.tidy(() =>
    withGradient(low ? [toBfloat16(x), toBfloat16(filter)] : [x, filter], (x, filter) => {
      const padded = isPadded ? addBorder(x, border) : x;
      return {
        value: op("Conv2D", attributes, [padded, filter]),
        saved: [padded, filter],
        gradient: (dy, [padded, filter]) => {
          const dx = op("Conv2DBackpropInput", attributes, [sizes(padded.shape), filter, dy]);
          return [
            isPadded ? cutBorder(dx, border) : dx,
            filterGradient(padded, dy, { filterShape, stride, padding, precision }),
          ];
        },
      };
    })
  );
}
