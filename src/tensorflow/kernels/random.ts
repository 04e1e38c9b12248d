import * as tf from "@tensorflow/tfjs";
import { DType } from "../dtypes.ts";
import { FLOAT, op, sizes, type } from "./op.ts";

const attributes = { dtype: FLOAT, T: type(DType.INT32), Tseed: type(DType.INT32) };

/**
 * Numbers uniform in [0, 1), a function of the seed alone (Philox, `StatelessRandomUniform`).
 *
 * @param shape Of the result.
 * @param seed int32 `[2]`; an input of a compiled function may stand here.
 * @returns float32 of that shape.
 */
export function randomUniform<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  seed: tf.Tensor1D,
): tf.Tensor<R> {
  return tf.tidy(() => op("StatelessRandomUniform", attributes, [sizes(shape), seed]));
}

/**
 * Numbers of the standard normal distribution, a function of the seed alone.
 *
 * @param shape Of the result.
 * @param seed int32 `[2]`; an input of a compiled function may stand here.
 * @returns float32 of that shape.
 */
export function randomNormal<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  seed: tf.Tensor1D,
): tf.Tensor<R> {
  return tf.tidy(() => op("StatelessRandomNormal", attributes, [sizes(shape), seed]));
}
