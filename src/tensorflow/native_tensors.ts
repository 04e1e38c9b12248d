import { LookalikeError } from "../errors.ts";
import { int64s } from "./attributes.ts";
import { type CApi, copyMemory } from "./c_api.ts";
import { BYTES_PER_ELEMENT, DType, dtypeName } from "./dtypes.ts";

/** Values as TensorFlow.js keeps them: a typed array, or the bytes of each string. */
export type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];

/** Shape, element type and values of a tensor to be made. */
export interface TensorInit {
  shape: ArrayLike<number>;
  /** A `TF_DataType`. */
  dtype: number;
  values: Values;
}

/**
 * Copies values into a new `TF_Tensor`.
 *
 * @param api The C API.
 * @param init Shape, type and values.
 * @returns A `TF_Tensor*` that the caller deletes.
 * @throws {LookalikeError} `internal` if the values do not fill the shape.
 */
export function newTensor(api: CApi, init: TensorInit): bigint {
  if (init.dtype === DType.STRING) return newStringTensor(api, init);
  const values = asTyped(init);
  let elements = 1;
  for (let axis = 0; axis < init.shape.length; axis++) elements *= init.shape[axis];
  if (values.byteLength !== elements * BYTES_PER_ELEMENT[init.dtype]) {
    throw new LookalikeError(
      "internal",
      `Cannot make a ${dtypeName(init.dtype)} tensor of shape [${Array.from(init.shape)}] ` +
        `as its values must fill it: they are ${values.byteLength} bytes.`,
    );
  }
  const bytes = BigInt(values.byteLength);
  const { TF_AllocateTensor, TF_TensorData } = api.framework;
  const tensor = TF_AllocateTensor(init.dtype, int64s(init.shape), init.shape.length, bytes);
  if (bytes > 0n) api.libc.writeMemory(TF_TensorData(tensor), values, bytes);
  return tensor;
}

/** TensorFlow.js hands on plain arrays here and there. */
function asTyped(init: TensorInit): Exclude<Values, Uint8Array[]> & ArrayBufferView<ArrayBuffer> {
  const values = init.values as never;
  if (ArrayBuffer.isView(values)) return values as never;
  if (init.dtype === DType.INT32) return Int32Array.from(values);
  if (init.dtype === DType.BOOL || init.dtype === DType.UINT8) return Uint8Array.from(values);
  return Float32Array.from(values);
}

/** Bytes of a `TF_TString`, and of the longest text that lies in it (its kind, 0, is "small"). */
const TSTRING_BYTES = 24;
const TSTRING_SMALL = 22;
/** The kind that says that the text lies at an offset from the `TF_TString`'s own address. */
const TSTRING_OFFSET = 2;

/**
 * Whether ops would keep views of these texts, which dangle once this tensor is gone: an op copies
 * a small text, but only points to one at an offset.
 *
 * @param texts The values of a string tensor.
 * @returns Whether to have TensorFlow copy them before anything else.
 */
export function needsCopy(texts: Uint8Array[]): boolean {
  return texts.some((text) => text.length > TSTRING_SMALL);
}

/**
 * Strings in one block of `malloc`: the headers, with the short texts in them, then the long texts.
 * Separate allocations, as the plain way makes them, would be leaked, since TensorFlow frees only
 * the block.
 */
function newStringTensor(api: CApi, init: TensorInit): bigint {
  const texts = init.values as Uint8Array[];
  let at = texts.length * TSTRING_BYTES;
  const long = (text: Uint8Array) => text.length > TSTRING_SMALL ? text.length : 0;
  const block = new Uint8Array(texts.reduce((total, text) => total + long(text), at) || 1);
  const view = new DataView(block.buffer);
  texts.forEach((text, index) => {
    const header = index * TSTRING_BYTES;
    if (!long(text)) {
      block[header] = text.length * 4;
      block.set(text, header + 1);
      return;
    }
    view.setUint32(header, text.length * 4 + TSTRING_OFFSET, true);
    view.setUint32(header + 4, at - header, true);
    view.setUint32(header + 8, 1, true);
    block.set(text, at);
    at += text.length;
  });
  const bytes = BigInt(block.length);
  const memory = api.libc.malloc(bytes);
  api.libc.writeMemory(memory, block, bytes);
  return api.framework.TF_NewTensor(
    DType.STRING,
    int64s(init.shape),
    init.shape.length,
    memory,
    bytes,
    api.free,
    0n,
  );
}

/**
 * Copies the values out of a `TF_Tensor` and deletes it.
 *
 * @param api The C API.
 * @param tensor A `TF_Tensor*`, given up.
 * @param dtype Its element type; bfloat16 comes back as the float32 of the same value.
 * @returns The values as TensorFlow.js wants them for that type.
 */
export function takeValues(api: CApi, tensor: bigint, dtype: number): Values {
  const { TF_TensorData, TF_TensorByteSize, TF_TensorElementCount, TF_DeleteTensor } =
    api.framework;
  const address = TF_TensorData(tensor);
  const values = dtype === DType.STRING
    ? readStrings(api, { address, count: Number(TF_TensorElementCount(tensor)) })
    : typed(copyMemory(api, { address, bytes: Number(TF_TensorByteSize(tensor)) }), dtype);
  TF_DeleteTensor(tensor);
  return values;
}

function readStrings(api: CApi, at: { address: bigint; count: number }): Uint8Array[] {
  const { TF_StringGetDataPointer, TF_StringGetSize } = api.runtime;
  return Array.from({ length: at.count }, (_, index) => {
    const text = at.address + BigInt(index * TSTRING_BYTES);
    return copyMemory(api, {
      address: TF_StringGetDataPointer(text),
      bytes: Number(TF_StringGetSize(text)),
    });
  });
}

function typed(bytes: Uint8Array<ArrayBuffer>, dtype: number): Values {
  switch (dtype) {
    case DType.FLOAT:
    case DType.COMPLEX64: // real and imaginary parts in turn
      return new Float32Array(bytes.buffer);
    case DType.INT32:
      return new Int32Array(bytes.buffer);
    case DType.INT64:
      return new BigInt64Array(bytes.buffer);
    case DType.BFLOAT16: // the upper half of a float32
      return new Float32Array(
        Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half << 16).buffer,
      );
    default:
      return bytes;
  }
}
