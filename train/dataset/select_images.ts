import type { Dataset } from "./dataset.ts";

/**
 * A part of a dataset, which it reads from; closing the part leaves the whole open.
 *
 * @param dataset The whole.
 * @param indices Which of its images, in the order wanted.
 * @returns The part, with the same classes.
 * @throws {RangeError} If an index is out of range.
 */
export function selectImages(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const wrong = Array.from(indices).find((index) => !(index >= 0 && index < dataset.count));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot select image ${wrong}: there are ${dataset.count}.`);
  }
  const chosen = Int32Array.from(indices);
  const { side, labels } = dataset;
  const rows = (indices: ArrayLike<number>) => {
    const wanted = Array.from(indices, (index) => {
      if (index >= 0 && index < chosen.length) return chosen[index];
      throw new RangeError(`Cannot read image ${index}: there are ${chosen.length}.`);
    });
    return dataset.rows(wanted);
  };
  return {
    ...dataset,
    count: chosen.length,
    labels: labels && chosen.map((index) => labels[index]),
    names: Array.from(chosen, (index) => dataset.names[index]),
    bytes: chosen.length * side * side * 3,
    all: () => rows(chosen.map((_, place) => place)),
    rows,
    close: () => {},
    [Symbol.dispose]: () => {},
  };
}
