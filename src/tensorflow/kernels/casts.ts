import * as tf from "@tensorflow/tfjs";
import { idsOf, nodeBackend } from "../backend.ts";
import { DType } from "../dtypes.ts";
import { bool, op, type } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * The same numbers in float32, from whatever they are on the device. Its gradient is a cast back.
 *
 * @param x uint8, int32, bool, bfloat16 or float32, any shape.
 * @returns float32, the same shape.
 */
export function toFloat<Result extends tf.Tensor>(x: Result): Result {
  return castTo(x, DType.FLOAT);
}

/**
 * The same numbers rounded to bfloat16, which TensorFlow.js goes on calling float32. Convolutions
 * and what stands between them keep it; sums, losses and updates are given float32 again.
 *
 * @param x float32, any shape.
 * @returns bfloat16, the same shape.
 */
export function toBfloat16<Result extends tf.Tensor>(x: Result): Result {
  return castTo(x, DType.BFLOAT16);
}

function castTo<Result extends tf.Tensor>(x: Result, dtype: number): Result {
  const { binding } = nodeBackend();
  const from = binding.dtypeOf(idsOf([x])[0]);
  if (from === dtype) return x.clone(); // a tensor of its own, as the caller may dispose it
  const cast = (value: tf.Tensor, to: number, source: number) =>
    op("Cast", { SrcT: type(source), DstT: type(to), Truncate: bool(false) }, [value]);
  if (x.dtype !== "float32") return cast(x, dtype, from) as Result; // whole numbers have no gradient
  return withGradient([x], (x) => ({
    value: cast(x, dtype, from),
    saved: [],
    gradient: (dy) => [castTo(dy, from)],
  }));
}
