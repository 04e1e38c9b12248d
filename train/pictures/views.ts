import { isDeepStrictEqual } from "node:util";
import { tf, toFloat, uint8Tensor } from "../../src/tensorflow/mod.ts";
import { augment } from "../augment/augment.ts";
import type { Pipeline } from "../augment/pipeline.ts";
import { twoViews } from "../augment/two_views.ts";
import type { Dataset } from "../dataset/mod.ts";
import { contactSheet, type Tile } from "./contact_sheet.ts";

/** Pictures on a sheet are about so many pixels wide. */
const WIDTH = 96;

/** What is drawn of images. */
export interface ViewSheetOptions {
  /** The pipeline of the first view, and of the second. */
  first: Pipeline;
  second: Pipeline;
  /** S, the side of the views in pixels. */
  size: number;
  /** How often each view is drawn, from 1. */
  draws: number;
  /** Decides the draws. */
  seed: number;
}

/**
 * Draws what pipelines do to images: a row an image, first the image, then draws of its first view, then
 * draws of its second. These stand apart where the pipelines differ. Draw i is what step i of a run with
 * this seed would make of a batch of these images.
 *
 * @param dataset The images.
 * @param options The pipelines, and how many views of what size.
 * @returns A PNG file.
 */
export async function drawViews(
  dataset: Pick<Dataset, "count" | "side" | "all">,
  options: ViewSheetOptions,
): Promise<Uint8Array> {
  const { first, second, size, draws, seed } = options;
  const { count, side } = dataset;
  const shape: [number, number, number, number] = [count, side, side, 3];
  const bytes = uint8Tensor<tf.Rank.R4>(await dataset.all(), shape);
  const columns = tf.tidy(() => {
    const images = toFloat(bytes);
    const seedAt = (step: number) => tf.tensor1d([seed, step], "int32");
    const whole = augment(images, { pipeline: { ...first, names: [] }, size, seed: seedAt(0) });
    const pairs = Array.from({ length: draws }, (_, step) => {
      const views = twoViews(images, { first, second, size, seed: seedAt(step) });
      return tf.split(views, 2);
    });
    const columns = [whole, ...pairs.map(([view]) => view), ...pairs.map(([, view]) => view)];
    return columns.map((views) => tf.round(tf.mul(views, 255)));
  });
  const pixels = await Promise.all(columns.map((views) => views.data()));
  tf.dispose([bytes, ...columns]);

  const length = size * size * 3;
  const rows = Array.from({ length: count }, (_, row) =>
    pixels.map((column): Tile => ({
      pixels: Uint8Array.from(column.subarray(row * length, (row + 1) * length)),
    })));
  return await contactSheet(rows, {
    side: size,
    scale: Math.max(1, Math.round(WIDTH / size)),
    apart: isDeepStrictEqual(first, second) ? [1] : [1, 1 + draws],
  });
}
