/** Pieces that hostile images are put together from. */
import { pngChunk } from "./pictures.ts";

/**
 * Text whose characters are bytes.
 *
 * @param text Characters up to U+00FF.
 * @returns As many bytes.
 */
export function binary(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Bytes one after the other.
 *
 * @param parts Any number of arrays.
 * @returns All of them in one.
 */
export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The same bytes again and again.
 *
 * @param bytes What is repeated.
 * @param times How often.
 * @returns All of them in one.
 */
export function repeated(bytes: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes.length * times);
  for (let at = 0; at < all.length; at += bytes.length) all.set(bytes, at);
  return all;
}

/**
 * A copy with other bytes at a place.
 *
 * @param bytes The original.
 * @param at Where the first goes.
 * @param values What goes there.
 * @returns The copy.
 */
export function patched(bytes: Uint8Array, at: number, values: number[]): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

/**
 * Where a name first stands in a file.
 *
 * @param bytes The file.
 * @param name Characters up to U+00FF.
 * @returns The place of its first byte.
 */
export function find(bytes: Uint8Array, name: string): number {
  const at = String.fromCharCode(...bytes).indexOf(name);
  if (at < 0) throw new Error(`There is no ${name}.`);
  return at;
}

/**
 * A PNG of 8-bit gray whose rows are compressed already.
 *
 * @param width Pixels across.
 * @param height Pixels down.
 * @param rows zlib's output for `height` rows of a filter byte and `width` pixels.
 * @returns The file.
 */
export function grayPng(width: number, height: number, rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  return joined(
    binary("\x89PNG\r\n\x1a\n"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", rows),
    pngChunk("IEND", new Uint8Array()),
  );
}

/**
 * A PNG with more chunks behind its header.
 *
 * @param png The file.
 * @param chunks As `pngChunk` makes them, one after the other.
 * @returns The longer file.
 */
export function withChunks(png: Uint8Array, chunks: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = 8 + 25; // signature and IHDR
  return joined(png.subarray(0, header), chunks, png.subarray(header));
}

/**
 * A segment of a JPEG.
 *
 * @param marker Its second byte: 0xe1 is APP1, 0xfe a comment.
 * @param data At most 65,533 bytes.
 * @returns Marker, length and data.
 */
export function segment(marker: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = data.length + 2;
  return joined(Uint8Array.of(0xff, marker, length >> 8, length & 255), data);
}

/**
 * A JPEG with one more segment, its first.
 *
 * @param jpeg The file.
 * @param marker The segment's second byte.
 * @param data What it holds.
 * @returns The longer file.
 */
export function withSegment(
  jpeg: Uint8Array,
  marker: number,
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return joined(jpeg.subarray(0, 2), segment(marker, data), jpeg.subarray(2));
}

/** A field of a TIFF directory: its tag, and one number below 2³². */
export type TiffField = [tag: number, value: number];

/**
 * A TIFF that is a directory alone: gray, 8 bits, one strip that begins at 8.
 *
 * @param fields What the directory says besides, or in place of that.
 * @param next Where the next directory is; none unless told.
 * @returns The file.
 */
export function tiff(fields: TiffField[], next = 0): Uint8Array<ArrayBuffer> {
  const usual: TiffField[] = [[258, 8], [259, 1], [262, 1], [273, 8], [277, 1], [279, 64]];
  const all = [...new Map([...usual, ...fields])].sort(([a], [b]) => a - b);
  const bytes = new Uint8Array(8 + 2 + all.length * 12 + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(binary("II*\0\x08\0\0\0"));
  view.setUint16(8, all.length, true);
  all.forEach(([tag, value], index) => {
    const at = 10 + index * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, 4, true); // a LONG
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  });
  view.setUint32(bytes.length - 4, next, true);
  return bytes;
}

/**
 * EXIF data whose directories name themselves as the next, and as the one of EXIF within.
 *
 * @returns What an APP1 segment of a JPEG holds.
 */
export function selfishExif(): Uint8Array<ArrayBuffer> {
  return joined(binary("Exif\0\0"), tiff([[34_665, 8], [34_853, 8]], 8));
}
