import * as tf from "@tensorflow/tfjs";
import { FLOAT, op } from "./op.ts";

/**
 * The same numbers, through which no gradient flows (`StopGradient`): what is chosen by comparing
 * them, such as a mask, is a constant to the gradient. TensorFlow.js cannot go back through its own
 * comparisons, and says so.
 *
 * @param x float32, any shape.
 * @returns float32, the same shape. It has no gradient.
 */
export function stopGradient<Result extends tf.Tensor>(x: Result): Result {
  return op("StopGradient", { T: FLOAT }, [x]) as Result;
}
