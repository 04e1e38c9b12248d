import type { Random } from "../random.ts";
import type { StoredTensor } from "./named_tensors.ts";

/**
 * Weights of a convolution, drawn as He et al. (arXiv 1502.01852, eq. 10) have it, by fan-out as
 * torchvision's ResNets do.
 *
 * @param shape `[k, k, in, out]`.
 * @param source Where the numbers come from.
 * @returns float32 of that shape.
 */
export function heNormal(shape: [number, number, number, number], source: Random): StoredTensor {
  const [height, width, , channels] = shape;
  return normal(shape, { deviation: Math.sqrt(2 / (height * width * channels)), source });
}

/**
 * Numbers of a normal distribution around 0.
 *
 * @param shape Of the result.
 * @param options The standard deviation, and where the numbers come from.
 * @returns float32 of that shape.
 */
export function normal(
  shape: number[],
  options: { deviation: number; source: Random },
): StoredTensor {
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (let at = 0; at < data.length; at++) data[at] = options.deviation * options.source.normal();
  return { dtype: "float32", shape, data };
}

/**
 * The same number everywhere.
 *
 * @param shape Of the result.
 * @param value The number.
 * @returns float32 of that shape.
 */
export function constant(shape: number[], value: number): StoredTensor {
  const length = shape.reduce((product, axis) => product * axis, 1);
  return { dtype: "float32", shape, data: new Float32Array(length).fill(value) };
}
