/** What comes of one image. */
export interface DecodedImage {
  /** sRGB, uint8 `[side, side, 3]`, as `decodeImage` gives them. */
  pixels: Uint8Array;
  /** A WebP of the whole image, upright and on white; null unless one was asked for. */
  thumbnail: Uint8Array | null;
}

/** What is wanted of one image. */
export interface ImageDecoding {
  /** The side of the square of pixels. */
  side: number;
  /** The thumbnail's longest side in pixels at most; no thumbnail unless given. */
  thumbnail?: number;
}

/** How a decoder fares. */
export interface ImageDecoderStats {
  /** Processes that are ready; 0 where images are decoded in the caller's own. */
  processes: number;
  /** Images that are being decoded now. */
  busy: number;
  /** Images decoded since the start. */
  decoded: number;
  /** Processes that ended at an image: its time or memory was up, or it stopped them. */
  killed: number;
  /** Processes started in the place of others that had ended. */
  restarts: number;
}

/** Decodes images from strangers; where, and at what risk, is the adapter's. */
export interface ImageDecoder {
  /**
   * Decodes an image, and draws its thumbnail if one is asked for.
   *
   * Calls may be made by the hundred: few are under way at a time, the others wait in order.
   *
   * @param file The image file, which must not change until the result is there.
   * @param options The square's side, and the thumbnail's.
   * @returns Pixels and thumbnail, in arrays of their own.
   * @throws {LookalikeError} `unsupported_image`, `too_large` or `damaged` as `decodeImage` does;
   * `unsupported_image` also if it takes too long, needs too much memory, or stops its decoder;
   * `unavailable` if nothing decodes at present.
   */
  decode(file: Uint8Array, options: ImageDecoding): Promise<DecodedImage>;
  /** @returns How it fares at this moment. */
  stats(): ImageDecoderStats;
  /** Ends it: what is not decoded yet fails with `unavailable`. */
  close(): Promise<void>;
}
