import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from "./limits.ts";
import { fromUpright } from "./upright.ts";

/** How a thumbnail is drawn. */
export interface ThumbnailOptions {
  /** Its longest side in pixels at most: a smaller image keeps its size. */
  longest: number;
  /** What an image may cost; {@link DEFAULT_IMAGE_LIMITS} unless told. */
  limits?: ImageLimits;
}

/**
 * Draws an image small: whole, upright, on white, its first frame. Nothing but pixels goes along: no
 * EXIF data and so no place where it was taken.
 *
 * @param bytes The file, which must not change until the result is there.
 * @param options The size and the limits.
 * @returns A WebP file.
 * @throws {LookalikeError} As `decodeImage` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { imageFormat } from "./format.ts";
 * import { makeThumbnail } from "./thumbnail.ts";
 * const redDot = "R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=";
 * const gif = Uint8Array.from(atob(redDot), (character) => character.charCodeAt(0));
 * assertEquals(imageFormat(await makeThumbnail(gif, { longest: 64 })), "webp");
 * ```
 */
export async function makeThumbnail(
  bytes: Uint8Array,
  options: ThumbnailOptions,
): Promise<Uint8Array> {
  const { longest, limits = DEFAULT_IMAGE_LIMITS } = options;
  return await fromUpright(
    bytes,
    limits,
    (upright) =>
      upright.resize(longest, longest, { fit: "inside", withoutEnlargement: true })
        .webp({ quality: 80, effort: 2 }),
  );
}
