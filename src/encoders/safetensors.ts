import { LookalikeError } from "../errors.ts";
import {
  damagedFile,
  type FileTensor,
  LENGTH_BYTES,
  METADATA,
  readSafetensors,
} from "./safetensors_file.ts";

/** A tensor in memory as it is kept on disk: row-major, little-endian. */
export interface StoredTensor {
  /** The type of each element. */
  dtype: "float32" | "int32" | "uint8";
  /** The length of each axis; `[]` is a scalar. */
  shape: number[];
  /** The elements, as many as the product of `shape`. */
  data: Float32Array | Int32Array | Uint8Array;
}

/** Tensors by name, such as `stem.conv.kernel`. */
export type NamedTensors = Map<string, StoredTensor>;

// Wide types come first, so that every tensor begins at a multiple of its element's size.
const TYPES = {
  float32: { code: "F32", array: Float32Array },
  int32: { code: "I32", array: Int32Array },
  uint8: { code: "U8", array: Uint8Array },
} as const;
const DTYPES = Object.keys(TYPES) as StoredTensor["dtype"][];

/**
 * Writes tensors in the safetensors format (github.com/huggingface/safetensors), bit for bit.
 *
 * The same tensors give the same bytes, whatever their order in the map: wide types first, then by
 * name. The header is padded with spaces so that the data begins at a multiple of 8 bytes.
 *
 * @param tensors Tensors by name.
 * @param options Texts for the header, by key.
 * @returns The file's content.
 * @throws {LookalikeError} `invalid_input` if a shape and its data disagree, or a name is reserved.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
 * const bias = { dtype: "float32" as const, shape: [2], data: Float32Array.of(0.5, -1) };
 * const bytes = encodeSafetensors(new Map([["bias", bias]]));
 * console.assert(decodeSafetensors(bytes).get("bias")?.data[1] === -1);
 * ```
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  options: { metadata?: Record<string, string> } = {},
): Uint8Array {
  const entries = [...tensors].sort(([nameA, a], [nameB, b]) =>
    DTYPES.indexOf(a.dtype) - DTYPES.indexOf(b.dtype) || (nameA < nameB ? -1 : 1)
  );
  let end = 0;
  const fields = entries.map(([name, tensor]) => {
    checkTensor(name, tensor);
    const begin = end;
    end += tensor.data.byteLength;
    const { dtype, shape } = tensor;
    const value = { dtype: TYPES[dtype].code, shape, data_offsets: [begin, end] };
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  });
  if (options.metadata) fields.unshift(`"${METADATA}":${JSON.stringify(options.metadata)}`);
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(header.length / 8) * 8;

  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(header, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerBytes);
  let offset = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of entries) {
    // As bytes: a copy of floats may change the payload of a NaN.
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/**
 * Reads tensors in the safetensors format, bit for bit, and trusts nothing in the header.
 *
 * @param bytes The file's content; the tensors are copies and do not keep it alive.
 * @returns Tensors by name, in the order in which they lie in the file.
 * @throws {LookalikeError} `damaged` as `readSafetensors` does, or if a tensor is of a type that
 * {@link StoredTensor} has not.
 */
export function decodeSafetensors(bytes: Uint8Array): NamedTensors {
  const { tensors } = readSafetensors(bytes);
  return new Map([...tensors].map(([name, tensor]) => [name, toStored(name, tensor)]));
}

function toStored(name: string, { type, shape, bytes }: FileTensor): StoredTensor {
  const dtype = DTYPES.find((dtype) => TYPES[dtype].code === type);
  if (dtype === undefined) {
    throw damagedFile(`tensor ${name} must be of type F32, I32 or U8: it is ${type}`);
  }
  return { dtype, shape, data: new TYPES[dtype].array(bytes.slice().buffer) };
}

function checkTensor(name: string, { dtype, shape, data }: StoredTensor): void {
  const refuse = (reason: string) =>
    new LookalikeError("invalid_input", `Cannot write tensor ${name} as ${reason}.`, {
      param: name,
    });
  if (name === METADATA) throw refuse("the format keeps that name for itself");
  if (!(data instanceof TYPES[dtype].array)) {
    throw refuse(`its data must be a ${TYPES[dtype].array.name} for ${dtype}`);
  }
  const count = elementCount(shape);
  if (count !== data.length) {
    throw refuse(
      `shape [${shape}] must hold as many elements as its data: they are ${data.length}`,
    );
  }
}

function elementCount(shape: number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
