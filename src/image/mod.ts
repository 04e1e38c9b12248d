/**
 * From a file's bytes to pixels, safely: the format is told by its first bytes, its size by its
 * header, and only then is it decoded, in this process or in others of its own.
 *
 * @module
 */
export { decodeImage, type DecodeOptions, DECODER } from "./decode.ts";
export { type ImageDecoderOptions, openImageDecoder } from "./decoder_pool.ts";
export { IMAGE_FORMATS, type ImageFormat, imageFormat, MAGIC_BYTES } from "./format.ts";
export { type ImageHeader, imageHeader } from "./header.ts";
export type {
  DecodedImage,
  ImageDecoder,
  ImageDecoderStats,
  ImageDecoding,
} from "./image_decoder.ts";
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from "./limits.ts";
export { createLocalDecoder } from "./local_decoder.ts";
export { takenFormat, tooManyBytes } from "./taken_format.ts";
export { makeThumbnail, type ThumbnailOptions } from "./thumbnail.ts";
