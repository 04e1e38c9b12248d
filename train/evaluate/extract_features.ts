import type { EncoderRunner } from "../../src/embed/runner.ts";
import type { Dataset } from "../dataset/mod.ts";

/**
 * The features of every image of a dataset: h in inference mode, not normalised.
 *
 * Images are read a batch at a time, the next while the device computes.
 *
 * @param runner The encoder; its side must be the dataset's. Each batch is as large as it takes.
 * @param dataset The images.
 * @param options Told after each batch how many images of how many are done.
 * @returns float32 `[count, F]`, in the order of the dataset.
 */
export async function extractFeatures(
  runner: Pick<EncoderRunner, "dimension" | "maxBatch" | "run">,
  dataset: Pick<Dataset, "count" | "rows">,
  options: { onProgress?: (done: number, total: number) => void } = {},
): Promise<Float32Array> {
  const { count } = dataset;
  const { dimension, maxBatch } = runner;
  const read = (start: number) =>
    dataset.rows(Array.from({ length: Math.min(maxBatch, count - start) }, (_, i) => start + i));

  const features = new Float32Array(count * dimension);
  let pixels = await read(0); // [n, side, side, 3]
  for (let start = 0; start < count; start += maxBatch) {
    const end = Math.min(start + maxBatch, count);
    const [h, next] = await Promise.all([runner.run(pixels, end - start), read(end)]);
    features.set(h, start * dimension); // [n, F]
    pixels = next; // empty after the last
    options.onProgress?.(end, count);
  }
  return features;
}
