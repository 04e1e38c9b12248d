import { LookalikeError, messageOf } from "../errors.ts";
import type { ImageFormat } from "./format.ts";
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from "./limits.ts";
import { takenFormat } from "./taken_format.ts";
import { sharp } from "./vips.ts";

/** What an image's header says of it. */
export interface ImageHeader {
  format: ImageFormat;
  /** Pixels across, as the image is shown (EXIF orientation applied). */
  width: number;
  /** Pixels down, as the image is shown. */
  height: number;
}

/** Beyond this ratio of its sides an image is a line, whose centre square shows nothing. */
const MAX_ASPECT = 10_000;

/**
 * Reads an image's header and holds it to the limits, without decoding a pixel.
 *
 * @param bytes The file.
 * @param limits What it may cost; {@link DEFAULT_IMAGE_LIMITS} unless told.
 * @returns Its format and size.
 * @throws {LookalikeError} `unsupported_image` if it is not an image of a format taken, `too_large`
 * if it exceeds a limit, `damaged` if its header cannot be read.
 */
export async function imageHeader(
  bytes: Uint8Array,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): Promise<ImageHeader> {
  const format = takenFormat(bytes, limits);
  const { width, height } = await size(bytes, format);
  if (width * height > limits.maxPixels) {
    throw new LookalikeError(
      "too_large",
      `Cannot decode the image as it must have at most ${limits.maxPixels} pixels: ` +
        `it is ${width} × ${height}.`,
    );
  }
  if (Math.max(width / height, height / width) > MAX_ASPECT) {
    throw new LookalikeError(
      "unsupported_image",
      `Cannot use the image as its sides must be at most ${MAX_ASPECT} to 1: ` +
        `it is ${width} × ${height}.`,
    );
  }
  return { format, width, height };
}

async function size(bytes: Uint8Array, format: ImageFormat) {
  try {
    // libvips opens the header here and decodes no pixel, so it may see what exceeds the limit.
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return autoOrient;
  } catch (error) {
    throw new LookalikeError(
      "damaged",
      `Cannot read the image as its ${format.toUpperCase()} header is damaged or cut short: ${
        reason(error)
      }.`,
      { cause: error },
    );
  }
}

/**
 * The first thing libvips complained of; it repeats itself, a line a time.
 *
 * @param error What sharp threw.
 * @returns One line without its full stop.
 */
export function reason(error: unknown): string {
  return messageOf(error).split("\n")[0].replace(/^Input buffer has corrupt header: /, "")
    .replace(/[.:\s]+$/, "") || "nothing more is known";
}
