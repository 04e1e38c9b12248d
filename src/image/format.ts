/** The image formats that are taken. */
export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif";

/** The formats that are taken, as a person writes them. */
export const IMAGE_FORMATS = "JPEG, PNG, WebP, GIF, TIFF, AVIF";

/** How many bytes from the start of a file {@link imageFormat} and {@link foreignFormat} look at. */
export const MAGIC_BYTES = 512;

/**
 * The format that the first bytes of a file declare; its name is never asked.
 *
 * @param bytes The file, or at least its first {@link MAGIC_BYTES}.
 * @returns The format, or null where it is none of those taken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { imageFormat } from "./format.ts";
 * assertEquals(imageFormat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), "jpeg");
 * assertEquals(imageFormat(new TextEncoder().encode("<svg/>")), null);
 * ```
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | null {
  const head = latin1(bytes);
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "webp";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return "tiff"; // "+" is BigTIFF
  if (brands(head).some((brand) => brand === "avif" || brand === "avis")) return "avif";
  return null;
}

/**
 * What a file that is not taken is, so that its refusal can say so.
 *
 * @param bytes The file, or at least its first {@link MAGIC_BYTES}.
 * @returns The format's name, or null where nothing is recognised.
 */
export function foreignFormat(bytes: Uint8Array): string | null {
  const head = latin1(bytes);
  if (brands(head).some((brand) => /^(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(brand))) return "HEIC";
  if (/^\s*<(\?xml|!--|!DOCTYPE|svg)/i.test(head.replace("\xef\xbb\xbf", ""))) {
    return /<svg/i.test(head) ? "SVG" : "XML or HTML";
  }
  if (head.startsWith("%PDF")) return "PDF";
  if (head.startsWith("BM")) return "BMP";
  if (head.startsWith("8BPS")) return "Photoshop";
  if (head.startsWith("\xff\x0a") || head.startsWith("JXL ", 4)) return "JPEG XL";
  if (head.startsWith("\xff\x4f\xff\x51") || head.startsWith("jP  ", 4)) return "JPEG 2000";
  if (head.startsWith("\0\0\x01\0")) return "ICO";
  if (head.startsWith("PK\x03\x04")) return "ZIP";
  return null;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, MAGIC_BYTES));
}

/** The major and compatible brands of an ISO base media file (ISO/IEC 14496-12 §4.3), or none. */
function brands(head: string): string[] {
  if (!head.startsWith("ftyp", 4)) return [];
  const size = [0, 1, 2, 3].reduce((sum, at) => sum * 256 + head.charCodeAt(at), 0);
  const found = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(size, head.length); at += 4) {
    found.push(head.slice(at, at + 4));
  }
  return found;
}
