import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from "./limits.ts";
import { fromUpright } from "./upright.ts";
import { sharp } from "./vips.ts";

/** How an image becomes pixels. */
export interface DecodeOptions {
  /** The side of the square that comes out, in pixels. */
  side: number;
  /** What an image may cost; {@link DEFAULT_IMAGE_LIMITS} unless told. */
  limits?: ImageLimits;
}

/**
 * What decodes here, with its version: a cache of decoded images is of no use to another, whose pixels
 * may differ in the last bit.
 */
export const DECODER = `libvips ${sharp.versions.vips}`;

/**
 * Decodes an image into a square of sRGB pixels.
 *
 * EXIF orientation is applied; CMYK, gray, 16-bit and colour-managed images are converted; what is
 * transparent is laid on white, as a page would show it; of an animation the first frame counts. The
 * image is scaled to cover the square and its centre is kept. One that has that size already is not
 * resampled. Calls may be made by the hundred: one a core is under way, the others wait.
 *
 * @param bytes The file, which must not change until the result is there.
 * @param options The side and the limits.
 * @returns uint8 `[side, side, 3]`.
 * @throws {LookalikeError} `unsupported_image` if it is not an image of a format taken, `too_large`
 * if it exceeds a limit (known from its header, before a pixel is decoded), `damaged` if it is cut
 * short or broken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeImage } from "./decode.ts";
 * const redDot = "R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=";
 * const gif = Uint8Array.from(atob(redDot), (character) => character.charCodeAt(0));
 * const pixels = await decodeImage(gif, { side: 2 });
 * assertEquals([...pixels], [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0]);
 * ```
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<Uint8Array> {
  const { side, limits = DEFAULT_IMAGE_LIMITS } = options;
  return await fromUpright(
    bytes,
    limits,
    (upright) => upright.resize(side, side, { fit: "cover" }).raw({ depth: "uchar" }),
  );
}
