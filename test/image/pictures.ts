/** Pictures made for the tests of decoding: in memory, small, and known pixel by pixel. */
import sharp, { type Sharp } from "sharp";
import { crc32, deflateSync } from "node:zlib";

/** Pixels in rows: uint8 `[height, width, 3]`. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * A picture in which every pixel differs, so that a flip or a turn cannot go unseen.
 *
 * @param width Pixels across, at most 16.
 * @param height Pixels down, at most 16.
 * @returns Its pixels.
 */
export function gradient(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([x * 16, y * 16, 255 - x * 8 - y * 8], (y * width + x) * 3);
    }
  }
  return { data, width, height };
}

/**
 * sharp over raw pixels, to be encoded.
 *
 * @param pixels What the picture shows.
 * @returns A pipeline.
 */
export function picture({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/**
 * The largest difference of two pictures in any channel of any pixel.
 *
 * @param a Bytes.
 * @param b As many bytes.
 * @returns From 0 to 255.
 */
export function largestDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} bytes and ${b.length} bytes`);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}

/**
 * A PNG written by hand, so that its header may lie.
 *
 * @param width What the header says.
 * @param height What the header says.
 * @param data The image data before compression; a single row of 32 black pixels unless told.
 * @returns The file.
 */
export function handwrittenPng(
  width: number,
  height: number,
  data = new Uint8Array(97),
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  return new Uint8Array([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...pngChunk("IHDR", header),
    ...pngChunk("IDAT", deflateSync(data)),
    ...pngChunk("IEND", new Uint8Array()),
  ]);
}

/**
 * A chunk of a PNG: its length, type, data and checksum.
 *
 * @param type Four letters.
 * @param data What it holds.
 * @returns Its bytes.
 */
export function pngChunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
