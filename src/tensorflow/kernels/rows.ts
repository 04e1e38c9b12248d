import * as tf from "@tensorflow/tfjs";
import { idsOf, nodeBackend } from "../backend.ts";
import { DType } from "../dtypes.ts";
import { bool, FLOAT, int, op, opWithOutputs, sizes, type } from "./op.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * Rows of a tensor by index (`GatherV2`). Unlike `tf.gather` it does not read the indices, so that
 * they may be an input of a compiled function.
 *
 * @param x `[N, …]`, of any type; float32 has a gradient.
 * @param indices int32 `[M]`, each in 0 … N − 1; TensorFlow refuses others on the CPU.
 * @returns `[M, …]`, of the type of x; of bfloat16, float32.
 */
export function gatherRows<Result extends tf.Tensor>(x: Result, indices: tf.Tensor1D): Result {
  const { binding } = nodeBackend();
  const gather = (x: tf.Tensor, indices: tf.Tensor) =>
    op("GatherV2", {
      Tparams: type(binding.dtypeOf(idsOf([x])[0])),
      Tindices: type(DType.INT32),
      Taxis: type(DType.INT32),
      batch_dims: int(0),
    }, [x, indices, tf.scalar(0, "int32")]);
  if (x.dtype !== "float32") return tf.tidy(() => gather(x, indices)) as Result;
  return withGradient([x], (x) => ({
    value: gather(x, indices),
    saved: [indices],
    gradient: (dy, [indices]) => [
      op("UnsortedSegmentSum", {
        T: FLOAT,
        Tindices: type(DType.INT32),
        Tnumsegments: type(DType.INT32),
      }, [dy, indices, tf.scalar(x.shape[0], "int32")]),
    ],
  }));
}

/**
 * The k largest entries of each row, largest first (`TopKV2`); of equal ones the first.
 *
 * @param x float32 `[N, M]`.
 * @param k 1 … M.
 * @returns Values float32 `[N, k]` and their columns int32 `[N, k]`.
 */
export function topK(
  x: tf.Tensor2D,
  k: number,
): { values: tf.Tensor2D; indices: tf.Tensor2D } {
  const attributes = {
    T: FLOAT,
    Tk: type(DType.INT32),
    index_type: type(DType.INT32),
    sorted: bool(true),
  };
  return tf.tidy(() => {
    const [values, indices] = opWithOutputs("TopKV2", attributes, [x, tf.scalar(k, "int32")], 2);
    return { values: values as tf.Tensor2D, indices: indices as tf.Tensor2D };
  });
}

/**
 * Bytes on the device, a quarter of what int32 would take. TensorFlow.js calls them int32; of its
 * ops use {@linkcode gatherRows} and then `toFloat` on them.
 *
 * @param data The bytes; copied.
 * @param shape Their shape.
 * @returns uint8 of that shape.
 */
export function uint8Tensor<R extends tf.Rank>(
  data: Uint8Array,
  shape: tf.ShapeMap[R],
): tf.Tensor<R> {
  const backend = nodeBackend();
  const id = backend.binding.createTensor(shape, DType.UINT8, data);
  return backend.createOutputTensor({ id, shape, dtype: DType.UINT8 }) as tf.Tensor<R>;
}

/**
 * Sorts rows into parts and, with {@linkcode stitchRows}, back (`DynamicPartition`). The parts' sizes
 * are known only when it runs: ops on them must go by name.
 *
 * @param x `[N, …]` float32.
 * @param part int32 `[N]`, each in 0 … parts − 1.
 * @param parts How many there are.
 * @returns A tensor a part, `[?, …]`, in the order of the rows.
 */
export function partitionRows(x: tf.Tensor, part: tf.Tensor1D, parts: number): tf.Tensor[] {
  return opWithOutputs(
    "DynamicPartition",
    {
      T: type(nodeBackend().binding.dtypeOf(idsOf([x])[0])),
      num_partitions: int(parts),
    },
    [x, part],
    parts,
  );
}

/**
 * Puts rows that {@linkcode partitionRows} sorted back into their order (`DynamicStitch`).
 *
 * @param rows For each part the numbers of its rows, int32 `[?]`.
 * @param parts The parts, `[?, …]` float32.
 * @param shape The shape of the whole, `[N, …]`.
 * @returns float32 `[N, …]`.
 */
export function stitchRows(rows: tf.Tensor[], parts: tf.Tensor[], shape: number[]): tf.Tensor {
  return tf.tidy(() => {
    const whole = op("DynamicStitch", { T: FLOAT, N: int(parts.length) }, [...rows, ...parts]);
    return op("Reshape", { T: FLOAT, Tshape: type(DType.INT32) }, [whole, sizes(shape)]);
  });
}
