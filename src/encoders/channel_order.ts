import type { NamedTensors, StoredTensor } from "./safetensors.ts";

/**
 * Weights as PyTorch and ONNX keep them: kernels `[k, k, in, out]` become `[out, in, k, k]`, matrices
 * `[in, out]` become `[out, in]`; others stay.
 *
 * @param tensors Weights as TensorFlow keeps them.
 * @returns Copies by the same names.
 *
 * @example
 * ```ts
 * import { outputFirst } from "./channel_order.ts";
 * const matrix = { dtype: "float32" as const, shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
 * const turned = outputFirst(new Map([["fc.weight", matrix]])).get("fc.weight")!;
 * console.assert(turned.shape.join() === "3,2" && turned.data.join() === "1,4,2,5,3,6");
 * ```
 */
export function outputFirst(tensors: NamedTensors): NamedTensors {
  return mapTensors(tensors, (tensor) => {
    const { shape } = tensor;
    const [input, output] = shape.slice(-2);
    const places = shape.slice(0, -2);
    return reverse(tensor, [product(places), input, output], [output, input, ...places]);
  });
}

/**
 * Weights as TensorFlow keeps them: kernels `[out, in, k, k]` become `[k, k, in, out]`, matrices
 * `[out, in]` become `[in, out]`; others stay.
 *
 * @param tensors Weights as PyTorch and ONNX keep them.
 * @returns Copies by the same names.
 */
export function outputLast(tensors: NamedTensors): NamedTensors {
  return mapTensors(tensors, (tensor) => {
    const [output, input, ...places] = tensor.shape;
    return reverse(tensor, [output, input, product(places)], [...places, input, output]);
  });
}

function mapTensors(
  tensors: NamedTensors,
  turn: (weight: StoredTensor) => StoredTensor,
): NamedTensors {
  return new Map([...tensors].map(([name, tensor]) => {
    const isVector = tensor.shape.length < 2;
    return [name, isVector ? { ...tensor, data: tensor.data.slice() } : turn(tensor)];
  }));
}

/** Reverses the order of three axes: `[a, b, c]` becomes `[c, b, a]`, called `shape`. */
function reverse(
  { dtype, data }: StoredTensor,
  [a, b, c]: [number, number, number],
  shape: number[],
): StoredTensor {
  const turned = data.slice();
  let at = 0;
  for (let k = 0; k < c; k++) {
    for (let j = 0; j < b; j++) {
      for (let i = 0; i < a; i++) turned[at++] = data[(i * b + j) * c + k];
    }
  }
  return { dtype, shape, data: turned };
}

function product(lengths: number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}
