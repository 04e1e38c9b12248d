import * as tf from "@tensorflow/tfjs";
import { nodeBackend } from "../backend.ts";
import type { Precision } from "../precision.ts";
import { addBorder, type Border } from "./border.ts";
import { type Attributes, FLOAT, int, INT32, op, sizes, string } from "./op.ts";

/** What a convolution's filter is to blame for. */
export interface FilterGradientOptions {
  /** `[k, k, C, D]`. */
  filterShape: number[];
  stride: number;
  /** As TensorFlow has it for this x: `VALID` or `SAME`. */
  padding: "VALID" | "SAME";
  precision: Precision;
}

/** Where one matrix product beats the convolution's own gradient: few places and many channels. */
const FEW_PLACES = 16;
const MANY_CHANNELS = 256;

/**
 * The gradient of a convolution's filter.
 *
 * On processors oneDNN cannot let TensorFlow's threads wait for each other, so that its bfloat16 kernel
 * lays out every image again in each thread: with 512 channels on 4×4 places that takes three times as
 * long as under OpenMP. There one matrix product of all patches is faster.
 *
 * @param x What was convolved, `[N, H, W, C]`.
 * @param dy The gradient of the result, `[N, H', W', D]`.
 * @param options Shape of the filter, stride, padding, precision.
 * @returns Like the filter, in the given precision.
 */
export function filterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  options: FilterGradientOptions,
): tf.Tensor {
  const { filterShape, stride, padding, precision } = options;
  const [, height, width] = dy.shape;
  const [rows, columns, channels] = filterShape;
  const byProduct = precision === "bfloat16" && rows * columns > 1 &&
    height * width <= FEW_PLACES && channels >= MANY_CHANNELS &&
    !nodeBackend().binding.isUsingGpuDevice();
  if (byProduct) return productOfPatches(x, dy, options);
  const attributes = { T: FLOAT, strides: int([1, stride, stride, 1]), padding: string(padding) };
  return op("Conv2DBackpropFilter", attributes, [x, sizes(filterShape), dy]);
}

function productOfPatches(
  x: tf.Tensor,
  dy: tf.Tensor,
  options: FilterGradientOptions,
): tf.Tensor {
  const { filterShape: [rows, columns, channels, outputs], stride, padding } = options;
  const [count, height, width] = dy.shape;
  const places = count * height * width; // N·H'·W'
  const border: Border = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const padded = padding === "SAME" ? addBorder(x, border) : x;
  const shifted: tf.Tensor[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const end = [row + (height - 1) * stride + 1, column + (width - 1) * stride + 1];
      shifted.push(
        op("StridedSlice", SLICE, [
          padded,
          sizes([0, row, column, 0]),
          sizes([count, ...end, channels]),
          sizes([1, stride, stride, 1]),
        ]), // [N, H', W', C]
      );
    }
  }
  const concat = { T: FLOAT, Tidx: INT32, N: int(shifted.length) };
  const patches = op("ConcatV2", concat, [...shifted, tf.scalar(3, "int32")]) // [N, H', W', k·k·C]
    .reshape([places, rows * columns * channels]) as tf.Tensor2D;
  return tf.matMul(patches, dy.reshape([places, outputs]) as tf.Tensor2D, true, false) // [k·k·C, D]
    .reshape([rows, columns, channels, outputs]);
}

const SLICE: Attributes = {
  T: FLOAT,
  Index: INT32,
  begin_mask: int(0),
  end_mask: int(0),
  ellipsis_mask: int(0),
  new_axis_mask: int(0),
  shrink_axis_mask: int(0),
};
