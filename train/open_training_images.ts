import { type Dataset, type DatasetOptions, hasSplits, openDataset } from "./dataset/mod.ts";

/** What a run learns from, and what it is watched with. */
export interface TrainingImages extends Disposable {
  train: Dataset;
  /** Images with labels that the training does not see; null where there are none. */
  heldOut: Dataset | null;
}

/**
 * Opens the images of a run: `train/`, watched with `test/`, where the source has both; else nine
 * tenths of it, watched with the rest, where it has labels; else all of it.
 *
 * @param source A folder, a tar of one, or `shapes`.
 * @param options Side, limit a class, cache.
 * @returns The images; the caller disposes of them.
 * @throws {LookalikeError} As `openDataset` does.
 */
export async function openTrainingImages(
  source: string,
  options: Omit<DatasetOptions, "split">,
): Promise<TrainingImages> {
  const { imagesPerClass: _, ...whole } = options;
  let train = await openDataset(source, { ...options, split: "train" });
  let heldOut: Dataset | null = null;
  if (train.labels) heldOut = await openDataset(source, { ...whole, split: "test" });
  else if (!await hasSplits(source)) {
    train.close();
    train = await openDataset(source, options);
  }
  return {
    train,
    heldOut,
    [Symbol.dispose]: () => [train, heldOut].forEach((dataset) => dataset?.close()),
  };
}
