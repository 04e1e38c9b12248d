import * as tf from "@tensorflow/tfjs";
import { LookalikeError } from "../../errors.ts";
import type { Precision } from "../precision.ts";
import { toBfloat16 } from "./casts.ts";
import { filterGradient } from "./filter_gradient.ts";
import { FLOAT, int, INT32, op, sizes, string } from "./op.ts";
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
      const padded = isPadded ? pad(x, border) : x;
      return {
        value: op("Conv2D", attributes, [padded, filter]),
        saved: [padded, filter],
        gradient: (dy, [padded, filter]) => {
          const dx = op("Conv2DBackpropInput", attributes, [sizes(padded.shape), filter, dy]);
          return [
            isPadded ? unpad(dx, border) : dx,
            filterGradient(padded, dy, { filterShape, stride, padding, precision }),
          ];
        },
      };
    })
  );
}

/** Rows above and below, and columns left and right. */
type Border = [rows: number, columns: number];

function pad(x: tf.Tensor, [rows, columns]: Border): tf.Tensor {
  const paddings = tf.tensor2d([[0, 0], [rows, rows], [columns, columns], [0, 0]], [4, 2], "int32");
  return op("Pad", { T: FLOAT, Tpaddings: INT32 }, [x, paddings]);
}

function unpad(x: tf.Tensor, [rows, columns]: Border): tf.Tensor {
  const [count, height, width, channels] = x.shape;
  const inner = sizes([count, height - 2 * rows, width - 2 * columns, channels]);
  return op("Slice", { T: FLOAT, Index: INT32 }, [x, sizes([0, rows, columns, 0]), inner]);
}
