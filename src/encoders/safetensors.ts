import { LookalikeError } from "../errors.ts";
import { duplicateKey } from "./duplicate_key.ts";

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

/** Far below the 100 MB that the reference implementation takes, and still room for 10,000 tensors. */
const MAX_HEADER_BYTES = 1_000_000;
const LENGTH_BYTES = 8;
const METADATA = "__metadata__";

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
export function encodeSafetensors(tensors: NamedTensors): Uint8Array {
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
 * @throws {LookalikeError} `damaged` if the header is too long, is not JSON, names a tensor twice or
 * an unknown type, or if the tensors do not cover the data exactly, without overlap or hole.
 */
export function decodeSafetensors(bytes: Uint8Array): NamedTensors {
  const headerBytes = readHeaderLength(bytes);
  const data = bytes.subarray(LENGTH_BYTES + headerBytes);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes));
  const entries = Object.entries(header)
    .map(([name, value]) => parseEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);

  const tensors: NamedTensors = new Map();
  let covered = 0;
  for (const { name, dtype, shape, begin, end } of entries) {
    if (begin !== covered || end > data.length) {
      throw damaged(
        `tensor ${name} must lie in bytes ${covered} to at most ${data.length}: ` +
          `it lies in ${begin} to ${end}`,
      );
    }
    covered = end;
    tensors.set(name, {
      dtype,
      shape,
      data: new TYPES[dtype].array(data.slice(begin, end).buffer),
    });
  }
  if (covered !== data.length) {
    throw damaged(`its tensors must cover all ${data.length} bytes of data: they cover ${covered}`);
  }
  return tensors;
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

function readHeaderLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw damaged(`it must begin with ${LENGTH_BYTES} bytes of length: it has ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > BigInt(most)) {
    throw damaged(`its header must have at most ${most} bytes: it claims ${length}`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw damaged("its header must be JSON in UTF-8", cause);
  }
  if (!isObject(header)) throw damaged("its header must be a JSON object");
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw damaged(`its header must name everything once: ${twice} is there twice`);
  }
  const { [METADATA]: metadata = {}, ...entries } = header;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw damaged(`its ${METADATA} must hold texts alone`);
  }
  return entries;
}

function parseEntry(name: string, value: unknown) {
  const { dtype: code, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const dtype = DTYPES.find((dtype) => TYPES[dtype].code === code);
  if (dtype === undefined) {
    throw damaged(`tensor ${name} must be of type F32, I32 or U8: it is ${JSON.stringify(code)}`);
  }
  const count = isLengths(shape) ? elementCount(shape) : NaN;
  if (!isLengths(shape) || !Number.isSafeInteger(count)) {
    throw damaged(
      `the shape of tensor ${name} must be a list of lengths: it is ${JSON.stringify(shape)}`,
    );
  }
  if (!isLengths(offsets) || offsets.length !== 2) {
    throw damaged(`the offsets of tensor ${name} must be two: they are ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets;
  const bytes = count * TYPES[dtype].array.BYTES_PER_ELEMENT;
  if (end - begin !== bytes) {
    throw damaged(
      `tensor ${name} of shape [${shape}] must have ${bytes} bytes: it has ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function elementCount(shape: number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function isLengths(value: unknown): value is number[] {
  return Array.isArray(value) &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function damaged(reason: string, cause?: unknown): LookalikeError {
  return new LookalikeError("damaged", `Cannot read the safetensors file as ${reason}.`, { cause });
}
