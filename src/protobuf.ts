/** One field of a Protocol Buffers message as it stands: its number, and a number or bytes. */
export type Field = [number: number, value: number | Uint8Array];

/** A message to write: its fields in order. */
export type Message = MessageField[];

/**
 * A field to write: a number (whole, not negative) becomes a varint, a text and bytes stand as they
 * are, a list is a message inside this one.
 */
export type MessageField = [number: number, value: Value | string];

type Value = number | Float | Double | Uint8Array | Message;

/** A number of 32 bits, such as `{ float: 1e-5 }`. */
interface Float {
  float: number;
}

/** A number of 64 bits, such as `{ double: 0.5 }`. */
interface Double {
  double: number;
}

/** The kinds of fields. */
const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/**
 * Reads the fields of a message in order; fixed fields of 64 bits are passed over, those of 32 bits
 * are their 4 bytes.
 *
 * @param message The encoded message.
 * @returns Each field as it stands; nested messages and strings as bytes.
 */
export function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = message[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const kind = tag & 7;
    if (kind === VARINT) yield [tag >>> 3, varint()];
    else if (kind === BYTES || kind === FIXED_32) {
      const length = kind === BYTES ? varint() : 4;
      yield [tag >>> 3, message.subarray(at, at += length)];
    } else at += 8;
  }
}

/**
 * Writes a message. Large bytes are copied once, however deep they lie: lengths are added up first.
 *
 * @param message Its fields.
 * @returns The encoded message.
 *
 * @example
 * ```ts
 * import { readFields, writeFields } from "./protobuf.ts";
 * const bytes = writeFields([[1, 150], [3, [[1, "inner"]]]]);
 * console.assert([...readFields(bytes)][0][1] === 150);
 * ```
 */
export function writeFields(message: Message): Uint8Array<ArrayBuffer> {
  const sized = message.map(measure);
  const bytes = new Uint8Array(sum(sized));
  let at = 0;
  const varint = (value: number) => {
    for (; value > 127; value = Math.floor(value / 128)) bytes[at++] = (value & 127) | 128;
    bytes[at++] = value;
  };
  const write = ({ number, value, inner }: SizedField) => {
    varint(number * 8 + kindOf(value));
    if (typeof value === "number") varint(value);
    else if ("float" in value) {
      new DataView(bytes.buffer).setFloat32(at, value.float, true);
      at += 4;
    } else if ("double" in value) {
      new DataView(bytes.buffer).setFloat64(at, value.double, true);
      at += 8;
    } else if (inner === undefined) {
      varint(value.length);
      bytes.set(value as Uint8Array, at);
      at += value.length;
    } else {
      varint(sum(inner));
      inner.forEach(write);
    }
  };
  sized.forEach(write);
  return bytes;
}

/** A field with its whole length in bytes; texts are encoded, messages measured. */
interface SizedField {
  number: number;
  value: Value;
  inner?: SizedField[];
  size: number;
}

function measure([number, given]: MessageField): SizedField {
  const value = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const tag = varintSize(number * 8 + kindOf(value));
  if (typeof value === "number") return { number, value, size: tag + varintSize(value) };
  if ("float" in value) return { number, value, size: tag + 4 };
  if ("double" in value) return { number, value, size: tag + 8 };
  const inner = Array.isArray(value) ? value.map(measure) : undefined;
  const length = inner ? sum(inner) : value.length;
  return { number, value, inner, size: tag + varintSize(length) + length };
}

function kindOf(value: SizedField["value"]): number {
  if (typeof value === "number") return VARINT;
  if ("double" in value) return FIXED_64;
  return "float" in value ? FIXED_32 : BYTES;
}

function varintSize(value: number): number {
  let size = 1;
  for (; value > 127; value = Math.floor(value / 128)) size++;
  return size;
}

function sum(fields: SizedField[]): number {
  return fields.reduce((total, { size }) => total + size, 0);
}
