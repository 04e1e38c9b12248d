/** What an image may cost at most, checked before its pixels are decoded. */
export interface ImageLimits {
  /** The file's size in bytes. */
  maxBytes: number;
  /** Width times height, in pixels, as the file's header gives them. */
  maxPixels: number;
}

/**
 * Limits for images from strangers: 32 MiB and 64 megapixels, above what a telephone or a camera
 * commonly writes. The dearest forms that pass (a progressive JPEG, an interlaced PNG) take up to
 * 8 bytes a pixel while they are decoded, so half a gigabyte each; an AVIF takes 18, so more than one.
 */
export const DEFAULT_IMAGE_LIMITS: ImageLimits = { maxBytes: 32 * 2 ** 20, maxPixels: 64e6 };
