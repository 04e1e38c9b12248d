import { type Dataset, selectImages } from "../dataset/mod.ts";

/** A dataset whose folders tell its classes. */
export type LabelledDataset = Dataset & { readonly labels: Int32Array };

/**
 * Whether a dataset has labels.
 *
 * @param dataset The images.
 * @returns True where its folders tell its classes.
 */
export function isLabelled(dataset: Dataset): dataset is LabelledDataset {
  return dataset.labels !== null;
}

/**
 * A part of a dataset with labels: `selectImages` for those who need them.
 *
 * @param dataset The whole, which stays open.
 * @param indices Which of its images, in the order wanted.
 * @returns The part, with the same classes.
 * @throws {RangeError} If an index is out of range.
 */
export function selectLabelled(
  dataset: LabelledDataset,
  indices: ArrayLike<number>,
): LabelledDataset {
  return selectImages(dataset, indices) as LabelledDataset; // a part of labels is labels
}
