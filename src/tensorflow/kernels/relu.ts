import * as tf from "@tensorflow/tfjs";
import { FLOAT, op } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * max(x, 0), with TensorFlow's own gradient: TensorFlow.js composes it of three ops.
 *
 * @param x float32 or bfloat16, any shape.
 * @returns Like x.
 */
export function relu<Result extends tf.Tensor>(x: Result): Result {
  return withGradient([x], (x) => {
    const value = op("Relu", { T: FLOAT }, [x]);
    const gradient = (dy: tf.Tensor, [y]: tf.Tensor[]) => [op("ReluGrad", { T: FLOAT }, [dy, y])];
    return { value, saved: [value], gradient };
  });
}
