import { LookalikeError } from "../errors.ts";
import { duplicateKey } from "./duplicate_key.ts";

/** Bytes of an element, by the type's code in the header. */
const ELEMENT_BYTES = {
  ...{ BOOL: 1, U8: 1, I8: 1, U16: 2, I16: 2, U32: 4, I32: 4, U64: 8, I64: 8 },
  ...{ F16: 2, BF16: 2, F32: 4, F64: 8 },
};

/** A tensor as it lies in a file. */
export interface FileTensor {
  /** The code of its elements' type, such as `F32`. */
  type: keyof typeof ELEMENT_BYTES;
  /** The length of each axis; `[]` is a scalar. */
  shape: number[];
  /** Its elements, row-major and little-endian: a part of the file's bytes, not aligned. */
  bytes: Uint8Array;
}

/** Far below the 100 MB that the reference implementation takes, and still room for 10,000 tensors. */
const MAX_HEADER_BYTES = 1_000_000;
/** The header's length comes first, as a number of so many bytes. */
export const LENGTH_BYTES = 8;
/** The name in the header that is no tensor's. */
export const METADATA = "__metadata__";

/**
 * Finds the tensors in a file in the safetensors format, and trusts nothing in the header.
 *
 * @param bytes The file's content.
 * @returns Tensors by name, in the order in which they lie in the file, and the header's texts.
 * @throws {LookalikeError} `damaged` if the header is too long, is not JSON, names a tensor twice or
 * an unknown type, or if the tensors do not cover the data exactly, without overlap or hole.
 */
export function readSafetensors(
  bytes: Uint8Array,
): { tensors: Map<string, FileTensor>; metadata: Record<string, string> } {
  const headerBytes = readHeaderLength(bytes);
  const data = bytes.subarray(LENGTH_BYTES + headerBytes);
  const { metadata, entries } = parseHeader(
    bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes),
  );
  const inOrder = Object.entries(entries)
    .map(([name, value]) => parseEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);

  const tensors = new Map<string, FileTensor>();
  let covered = 0;
  for (const { name, type, shape, begin, end } of inOrder) {
    if (begin !== covered || end > data.length) {
      throw damagedFile(
        `tensor ${name} must lie in bytes ${covered} to at most ${data.length}: ` +
          `it lies in ${begin} to ${end}`,
      );
    }
    covered = end;
    tensors.set(name, { type, shape, bytes: data.subarray(begin, end) });
  }
  if (covered !== data.length) {
    throw damagedFile(
      `its tensors must cover all ${data.length} bytes of data: they cover ${covered}`,
    );
  }
  return { tensors, metadata };
}

function readHeaderLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw damagedFile(`it must begin with ${LENGTH_BYTES} bytes of length: it has ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > BigInt(most)) {
    throw damagedFile(`its header must have at most ${most} bytes: it claims ${length}`);
  }
  return Number(length);
}

function parseHeader(
  bytes: Uint8Array,
): { metadata: Record<string, string>; entries: Record<string, unknown> } {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw damagedFile("its header must be JSON in UTF-8", cause);
  }
  if (!isObject(header)) throw damagedFile("its header must be a JSON object");
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw damagedFile(`its header must name everything once: ${twice} is there twice`);
  }
  const { [METADATA]: metadata = {}, ...entries } = header;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw damagedFile(`its ${METADATA} must hold texts alone`);
  }
  return { metadata: metadata as Record<string, string>, entries };
}

function parseEntry(name: string, value: unknown) {
  const { dtype: type, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (!isType(type)) {
    throw damagedFile(
      `tensor ${name} must be of a known type, such as F32: it is ${JSON.stringify(type)}`,
    );
  }
  const count = isLengths(shape) ? elementCount(shape) : NaN;
  if (!isLengths(shape) || !Number.isSafeInteger(count)) {
    throw damagedFile(
      `the shape of tensor ${name} must be a list of lengths: it is ${JSON.stringify(shape)}`,
    );
  }
  if (!isLengths(offsets) || offsets.length !== 2) {
    throw damagedFile(
      `the offsets of tensor ${name} must be two: they are ${JSON.stringify(offsets)}`,
    );
  }
  const [begin, end] = offsets;
  const bytes = count * ELEMENT_BYTES[type];
  if (end - begin !== bytes) {
    throw damagedFile(
      `tensor ${name} of shape [${shape}] must have ${bytes} bytes: it has ${end - begin}`,
    );
  }
  return { name, type, shape, begin, end };
}

function isType(value: unknown): value is FileTensor["type"] {
  return typeof value === "string" && Object.hasOwn(ELEMENT_BYTES, value);
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

/**
 * The error of a file that is not as the format has it.
 *
 * @param reason The sentence's end: «its header must be JSON …».
 * @param cause The error underneath.
 * @returns The error, to be thrown.
 */
export function damagedFile(reason: string, cause?: unknown): LookalikeError {
  return new LookalikeError("damaged", `Cannot read the safetensors file as ${reason}.`, { cause });
}
