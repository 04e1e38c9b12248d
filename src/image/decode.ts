import { LookalikeError } from "../errors.ts";
import { createGate } from "./gate.ts";
import { imageHeader, reason, takenFormat } from "./header.ts";
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from "./limits.ts";
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
 * One image a core at a time in the whole process, whoever asks. Nothing below bounds it: Deno starts
 * a thread for each waiting call, and every image under way holds its decoder's memory.
 */
const gate = createGate(navigator.hardwareConcurrency);

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
  const format = takenFormat(bytes, limits);
  try {
    const pixels = await gate(() =>
      sharp(bytes, {
        failOn: "error", // what is cut short fails; a harmless warning (stray bytes in a JPEG) does not
        limitInputPixels: limits.maxPixels,
        animated: false,
      })
        .autoOrient()
        .flatten({ background: "white" })
        .resize(side, side, { fit: "cover" })
        .toColourspace("srgb")
        .raw({ depth: "uchar" })
        .toBuffer()
    );
    // A plain array: slice() of a Node Buffer would share its memory.
    return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  } catch (error) {
    await imageHeader(bytes, limits); // the better sentence where the header is at fault
    throw new LookalikeError(
      "damaged",
      `Cannot decode the image as its ${format.toUpperCase()} data is damaged or cut short: ${
        reason(error)
      }.`,
      { cause: error },
    );
  }
}
