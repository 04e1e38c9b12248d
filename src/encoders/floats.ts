import type { FileTensor } from "./safetensors_file.ts";

/**
 * The numbers of a tensor as float32: those of F16, BF16 and F32 exactly, those of F64 rounded to the
 * nearest.
 *
 * @param tensor As it lies in a file.
 * @returns A copy, or null if the type is none of these.
 *
 * @example
 * ```ts
 * import { toFloat32 } from "./floats.ts";
 * const half = { type: "BF16" as const, shape: [1], bytes: Uint8Array.of(0xc0, 0x3f) };
 * console.assert(toFloat32(half)?.[0] === 1.5);
 * ```
 */
export function toFloat32({ type, bytes }: FileTensor): Float32Array | null {
  const { buffer } = bytes.slice(); // aligned
  if (type === "F32") return new Float32Array(buffer);
  if (type === "F64") return Float32Array.from(new Float64Array(buffer));
  if (type === "F16") return Float32Array.from(new Float16Array(buffer));
  if (type !== "BF16") return null;
  const bits = Uint32Array.from(new Uint16Array(buffer), (upper) => upper << 16);
  return new Float32Array(bits.buffer);
}
