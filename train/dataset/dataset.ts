import type { ImageLimits } from "../../src/image/mod.ts";

/** An image file that could not be used. */
export interface SkippedFile {
  /** Its path inside the folder or archive. */
  name: string;
  /** Why, as a sentence. */
  reason: string;
}

/**
 * Square images of one size, decoded, in the order of their names. They lie in a file on disk; what
 * is asked for is read from there.
 */
export interface Dataset extends Disposable {
  /** How many images there are. */
  readonly count: number;
  /** The side of each, in pixels. */
  readonly side: number;
  /** int32 `[count]`, each an index into `classes`; null where the folders tell no classes. */
  readonly labels: Int32Array | null;
  /** Why `labels` is null, as a sentence; null where there are labels. */
  readonly whyUnlabelled: string | null;
  /** The class folders of the whole source, sorted, so that both splits number them alike. */
  readonly classes: string[];
  /** The path of each image inside the folder or archive, sorted by code unit; `/` between parts. */
  readonly names: string[];
  /** The image files of this split that could not be used. */
  readonly skipped: SkippedFile[];
  /** How many images this call decoded or drew: 0 if the cache had them. */
  readonly decoded: number;
  /** The size of all images together: count · side · side · 3. */
  readonly bytes: number;
  /**
   * Reads every image.
   *
   * @returns uint8 `[count, side, side, 3]`, sRGB.
   */
  all(): Promise<Uint8Array>;
  /**
   * Reads some images, in the order asked for; an image may be asked for twice.
   *
   * @param indices Whole numbers from 0 to count − 1.
   * @returns uint8 `[n, side, side, 3]`, sRGB.
   * @throws {RangeError} If an index is out of range.
   */
  rows(indices: ArrayLike<number>): Promise<Uint8Array>;
  /** Closes the file; nothing can be read afterwards. */
  close(): void;
}

/** Which images a dataset has, and how they are made. */
export interface DatasetOptions {
  /** The side of the square that every image is scaled and cropped to, in pixels. */
  side: number;
  /** Only this part; without it, all images. */
  split?: "train" | "test";
  /** The first so many of each class by name, or of all images where there are no classes. */
  imagesPerClass?: number;
  /** Where decoded images are kept from one start to the next. */
  cacheFolder: string;
  /** How many images are under way at a time while decoding; twice the number of cores unless told. */
  concurrency?: number;
  /** What one image may cost; {@link OWN_IMAGE_LIMITS} unless told. */
  limits?: ImageLimits;
  /** Decides the division where the source has no splits, and what `shapes` draws; 0 unless told. */
  seed?: number;
  /** Told while images are decoded, never when the cache has them; the total is null in an archive. */
  onProgress?: (done: number, total: number | null) => void;
}

/** Limits for a person's own images: scans and panoramas pass (256 MiB, 400 megapixels). */
export const OWN_IMAGE_LIMITS: ImageLimits = { maxBytes: 256 * 2 ** 20, maxPixels: 400e6 };

/**
 * One sentence on the files that were skipped, for the end of a run.
 *
 * @param skipped The files.
 * @returns The sentence, naming the first three, or null if there are none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { describeSkipped } from "./dataset.ts";
 * const skipped = [{ name: "cat/7.jpg", reason: "it is cut short" }];
 * assertEquals(describeSkipped(skipped), '1 file was skipped: "cat/7.jpg" (it is cut short).');
 * ```
 */
export function describeSkipped(skipped: SkippedFile[]): string | null {
  if (skipped.length === 0) return null;
  // JSON quotes control characters, which a file name may hold and a terminal would obey.
  const named = skipped.slice(0, 3).map(({ name, reason }) =>
    `${JSON.stringify(name)} (${reason.replace(/\.$/, "")})`
  );
  const more = skipped.length - named.length;
  return `${skipped.length} file${skipped.length === 1 ? " was" : "s were"} skipped: ${
    named.join(", ")
  }${more > 0 ? ` and ${more} more` : ""}.`;
}
