import { LookalikeError } from "../../src/errors.ts";
import { type DatasetOptions, openDataset } from "../dataset/mod.ts";
import { isLabelled, type LabelledDataset } from "./labelled_dataset.ts";

/** The images that classifiers learn from and those that they are tested on. */
export interface LabelledSplits extends Disposable {
  train: LabelledDataset;
  test: LabelledDataset;
}

/** Which images the splits have, and how they are made. */
export interface LabelledSplitsOptions extends Omit<DatasetOptions, "split"> {
  /** Test on the first so many of each class by name; `imagesPerClass` limits the training images. */
  testImagesPerClass?: number;
}

/**
 * Opens both splits of a source with labels.
 *
 * @param source A folder, an archive of one, or `shapes`.
 * @param options The side, which images, and where the cache is.
 * @returns The splits; the caller disposes of them.
 * @throws {LookalikeError} `invalid_input` if there are no labels, or as `openDataset` does.
 */
export async function openLabelledSplits(
  source: string,
  options: LabelledSplitsOptions,
): Promise<LabelledSplits> {
  const { testImagesPerClass, ...shared } = options;
  const train = await openDataset(source, { ...shared, split: "train" });
  try {
    const imagesPerClass = testImagesPerClass;
    const test = await openDataset(source, { ...shared, split: "test", imagesPerClass });
    const dispose = () => [train, test].forEach((dataset) => dataset.close());
    if (isLabelled(train) && isLabelled(test)) return { train, test, [Symbol.dispose]: dispose };
    test.close();
    throw new LookalikeError(
      "invalid_input",
      `Cannot evaluate on ${source} as its images must have labels: ` +
        (train.whyUnlabelled ?? test.whyUnlabelled),
    );
  } catch (error) {
    train.close();
    throw error;
  }
}
