import type { Sharp } from "sharp";
import { LookalikeError } from "../errors.ts";
import { createGate } from "../gate.ts";
import { imageHeader, reason } from "./header.ts";
import type { ImageLimits } from "./limits.ts";
import { takenFormat } from "./taken_format.ts";
import { sharp } from "./vips.ts";

/**
 * One image a core at a time in the whole process, whoever asks. Nothing below bounds it: Deno starts
 * a thread for each waiting call, and every image under way holds its decoder's memory.
 */
const gate = createGate(navigator.hardwareConcurrency);

/**
 * Makes something of an image as a person sees it: its first frame, upright, in sRGB, what is
 * transparent laid on white.
 *
 * @param bytes The file, which must not change until the result is there.
 * @param limits What it may cost.
 * @param finish Says what is made: a size and a format.
 * @returns The bytes made.
 * @throws {LookalikeError} `unsupported_image`, `too_large` or `damaged`.
 */
export async function fromUpright(
  bytes: Uint8Array,
  limits: ImageLimits,
  finish: (upright: Sharp) => Sharp,
): Promise<Uint8Array> {
  const format = takenFormat(bytes, limits);
  try {
    const made = await gate(() =>
      finish(
        sharp(bytes, {
          failOn: "error", // what is cut short fails; a harmless warning (stray bytes in a JPEG) does not
          limitInputPixels: limits.maxPixels,
          animated: false,
        })
          .autoOrient()
          .flatten({ background: "white" })
          .toColourspace("srgb"),
      ).toBuffer()
    );
    // A plain array: slice() of a Node Buffer would share its memory.
    return new Uint8Array(made.buffer, made.byteOffset, made.byteLength);
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
