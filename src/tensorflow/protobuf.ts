/** One field of a Protocol Buffers message: its number, and a number or the bytes of what it holds. */
export type Field = [number: number, value: number | Uint8Array];

/**
 * Reads the fields of a message in order; 32- and 64-bit fixed fields are passed over.
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
    if (kind === 0) yield [tag >>> 3, varint()];
    else if (kind === 2) {
      const length = varint();
      yield [tag >>> 3, message.subarray(at, at += length)];
    } else at += kind === 1 ? 8 : 4;
  }
}

/**
 * Writes a message.
 *
 * @param fields Numbers (whole, not negative) become varints, bytes become nested messages.
 * @returns The encoded message.
 */
export function writeFields(fields: Field[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const varint = (value: number) => {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
    bytes.push(value);
  };
  for (const [number, value] of fields) {
    varint(number * 8 + (typeof value === "number" ? 0 : 2));
    if (typeof value === "number") varint(value);
    else {
      varint(value.length);
      for (const byte of value) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}
