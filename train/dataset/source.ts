import type { ImageLimits } from "../../src/image/mod.ts";

/** The form in which images are wanted; the cache keeps each form by itself. */
export interface PixelForm {
  /** The side of the square, in pixels. */
  side: number;
  /** What one image may cost while it is decoded. */
  limits: ImageLimits;
}

/** One image of a source, not yet decoded. */
export interface SourceImage {
  /** Its path inside the source, `/` between the parts. */
  name: string;
  /**
   * Decodes it.
   *
   * @returns uint8 `[side, side, 3]`.
   * @throws {LookalikeError} If this image cannot be used, though others may.
   */
  pixels(): Promise<Uint8Array>;
}

/** Where images come from: a folder, an archive, or a drawing hand. */
export interface ImageSource {
  /** What errors call it, and what the cache remembers it by. */
  readonly name: string;
  /** How many images it has, where that is known before they are read. */
  readonly total: number | null;
  /**
   * A cheap mark that differs whenever the content may: names, sizes, times of change.
   *
   * @returns The mark, or null where it would prove nothing.
   */
  stamp(): Promise<string | null>;
  /**
   * A hash of the names and bytes of all images, which costs reading them.
   *
   * @returns 64 hexadecimal digits.
   */
  content(): Promise<string>;
  /**
   * The names of all image files, readable or not.
   *
   * @returns The paths inside the source.
   */
  names(): Promise<string[]>;
  /**
   * All images, each once or more; of several with one name the last one counts.
   *
   * @param form How they are to be decoded.
   */
  images(form: PixelForm): AsyncIterable<SourceImage>;
}
