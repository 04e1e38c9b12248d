import { LookalikeError } from "../errors.ts";
import { foreignFormat, IMAGE_FORMATS, type ImageFormat, imageFormat } from "./format.ts";
import type { ImageLimits } from "./limits.ts";

/**
 * What can be told from the first bytes and the length alone: the format, if it is taken and not
 * too long.
 *
 * @param bytes The file.
 * @param limits What it may cost.
 * @returns Its format.
 * @throws {LookalikeError} `unsupported_image` or `too_large`.
 */
export function takenFormat(bytes: Uint8Array, limits: ImageLimits): ImageFormat {
  const format = imageFormat(bytes);
  if (format === null) {
    throw new LookalikeError(
      "unsupported_image",
      `Cannot read the image as it must be one of ${IMAGE_FORMATS}: it is ${
        bytes.length === 0 ? "empty" : foreignFormat(bytes) ?? "none that is known"
      }.`,
    );
  }
  if (bytes.length > limits.maxBytes) throw tooManyBytes(bytes.length, limits);
  return format;
}

/**
 * The refusal of a file for its length, for callers that know it before they hold the bytes.
 *
 * @param length The file's size in bytes.
 * @param limits The limits it exceeds.
 * @returns The error, to be thrown.
 */
export function tooManyBytes(length: number, limits: ImageLimits): LookalikeError {
  return new LookalikeError(
    "too_large",
    `Cannot decode the image as it must have at most ${limits.maxBytes} bytes: it has ${length}.`,
  );
}
