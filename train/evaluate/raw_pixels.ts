import type { Dataset } from "../dataset/mod.ts";

/** The largest side whose pixels are used as they are: 32 × 32 × 3 = 3,072 features. */
export const RAW_PIXELS_SIDE = 32;

/**
 * The pixels of every image as its features: what any encoder should beat.
 *
 * @param dataset Images, small ones: {@linkcode RAW_PIXELS_SIDE} at most keeps it affordable.
 * @returns In 0 … 1, float32 `[count, side · side · 3]`.
 */
export async function rawPixels(dataset: Dataset): Promise<Float32Array> {
  return Float32Array.from(await dataset.all(), (value) => value / 255);
}
