/**
 * From a file's bytes to pixels, safely: the format is told by its first bytes, its size by its
 * header, and only then is it decoded.
 *
 * @module
 */
export { decodeImage, type DecodeOptions, DECODER } from "./decode.ts";
export { IMAGE_FORMATS, type ImageFormat, imageFormat, MAGIC_BYTES } from "./format.ts";
export { type ImageHeader, imageHeader, tooManyBytes } from "./header.ts";
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from "./limits.ts";
