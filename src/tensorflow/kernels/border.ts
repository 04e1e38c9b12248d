import * as tf from "@tensorflow/tfjs";
import { FLOAT, INT32, op, sizes } from "./op.ts";

/** Rows above and below, and columns left and right. */
export type Border = [rows: number, columns: number];

/**
 * Images with a border of zeros.
 *
 * @param x float32 or bfloat16 `[N, H, W, C]`.
 * @param border How wide it is.
 * @returns Like x, `[N, H + 2·rows, W + 2·columns, C]`.
 */
export function addBorder(x: tf.Tensor, border: Border): tf.Tensor {
  const [rows, columns] = border;
  const paddings = tf.tensor2d([[0, 0], [rows, rows], [columns, columns], [0, 0]], [4, 2], "int32");
  return op("Pad", { T: FLOAT, Tpaddings: INT32 }, [x, paddings]);
}

/**
 * The way back from {@linkcode addBorder}, and its gradient.
 *
 * @param x float32 or bfloat16 `[N, H + 2·rows, W + 2·columns, C]`.
 * @param border How wide it is.
 * @returns Like x, `[N, H, W, C]`.
 */
export function cutBorder(x: tf.Tensor, border: Border): tf.Tensor {
  const [rows, columns] = border;
  const [count, height, width, channels] = x.shape;
  const inner = sizes([count, height - 2 * rows, width - 2 * columns, channels]);
  return op("Slice", { T: FLOAT, Index: INT32 }, [x, sizes([0, rows, columns, 0]), inner]);
}
