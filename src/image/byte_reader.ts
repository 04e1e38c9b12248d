/** Reads a stream in pieces of given sizes. */
export interface ByteReader {
  /**
   * The next bytes.
   *
   * @param count How many.
   * @returns An array of its own.
   * @throws {Error} If the stream ends before.
   */
  read(count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads no more. */
  cancel(): Promise<void>;
}

/**
 * A reader of pieces.
 *
 * @param stream What is read; nobody else may.
 * @returns The reader.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createByteReader } from "./byte_reader.ts";
 * const reader = createByteReader(new Blob(["lookalike"]).stream());
 * assertEquals(new TextDecoder().decode(await reader.read(4)), "look");
 * assertEquals(new TextDecoder().decode(await reader.read(5)), "alike");
 * ```
 */
export function createByteReader(stream: ReadableStream<Uint8Array>): ByteReader {
  const reader = stream.getReader();
  let rest = new Uint8Array();
  return {
    async read(count) {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count;) {
        if (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) throw new Error(`The stream ended ${count - at} bytes too early.`);
          rest = value as Uint8Array<ArrayBuffer>;
        }
        const piece = rest.subarray(0, count - at);
        bytes.set(piece, at);
        at += piece.length;
        rest = rest.subarray(piece.length);
      }
      return bytes;
    },
    cancel: () => reader.cancel(),
  };
}
