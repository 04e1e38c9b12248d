/** Bytes that come in pieces and are wanted as one. */
export interface GatheredBytes {
  /** Takes the next piece; what it is a view of may go. */
  add(piece: Uint8Array): void;
  /** All the bytes, once the last has come: nothing is kept here. */
  take(): Uint8Array<ArrayBuffer>;
}

/**
 * Gathers bytes in a buffer that doubles as it fills. A list of pieces would cost whoever keeps it what
 * the sender likes: each piece that Deno reads of a body is a view of a buffer of 64 KB of its own,
 * and a body of 200 KB that comes byte by byte would hold 12 GB.
 *
 * @returns Nothing as yet; it holds at most twice the bytes that were added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gatherBytes } from "./gathered_bytes.ts";
 * const bytes = gatherBytes();
 * for (const piece of [[1], [], [2, 3]]) bytes.add(Uint8Array.from(piece));
 * assertEquals(bytes.take(), Uint8Array.of(1, 2, 3));
 * ```
 */
export function gatherBytes(): GatheredBytes {
  let buffer = new ArrayBuffer(0);
  let size = 0;
  return {
    add(piece) {
      const needed = size + piece.length;
      if (needed > buffer.byteLength) {
        buffer = buffer.transfer(Math.max(needed, 2 * buffer.byteLength));
      }
      new Uint8Array(buffer, size).set(piece);
      size = needed;
    },
    take() {
      const whole = new Uint8Array(buffer.transfer(size));
      size = 0;
      buffer = new ArrayBuffer(0);
      return whole;
    },
  };
}
