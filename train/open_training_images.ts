import { type Dataset, type DatasetOptions, hasSplits, openDataset } from "./dataset/mod.ts";

/** What a run learns from, and what it is watched with. */
export interface TrainingImages extends Disposable {
  train: Dataset;
  /**
   * With labels, at the side of the views: the training images, and images that the training does not
   * see; null where there are none.
   */
  probed: { examples: Dataset; heldOut: Dataset } | null;
}

/**
 * Opens the images of a run: `train/`, watched with `test/`, where the source has both; else nine
 * tenths of it, watched with the rest, where it has labels; else all of it.
 *
 * @param source A folder, a tar of one, or `shapes`.
 * @param options Side, limit a class, cache; the side of what is probed, if it is another.
 * @returns The images; the caller disposes of them.
 * @throws {LookalikeError} As `openDataset` does.
 */
export async function openTrainingImages(
  source: string,
  options: Omit<DatasetOptions, "split"> & { probedSide?: number },
): Promise<TrainingImages> {
  const { probedSide = options.side, ...wanted } = options;
  const { imagesPerClass: _, ...unlimited } = wanted;
  let train = await openDataset(source, { ...wanted, split: "train" });
  const opened = [train];
  const open = async (options: DatasetOptions) => {
    opened.push(await openDataset(source, { ...options, side: probedSide }));
    return opened[opened.length - 1];
  };
  let probed: TrainingImages["probed"] = null;
  if (train.labels) {
    probed = {
      examples: probedSide === train.side ? train : await open({ ...wanted, split: "train" }),
      heldOut: await open({ ...unlimited, split: "test" }),
    };
  } else if (!await hasSplits(source)) {
    train.close();
    train = await openDataset(source, wanted);
    opened[0] = train;
  }
  return {
    train,
    probed,
    [Symbol.dispose]: () => opened.forEach((dataset) => dataset.close()),
  };
}
