import type { LabelledDataset } from "../../../train/evaluate/mod.ts";

/**
 * Images in memory as a dataset with labels.
 *
 * @param groups The images of each class, uint8 `[side, side, 3]` each.
 * @param options The side, and the classes' names.
 * @returns The dataset, a class after the other.
 */
export function inMemory(
  groups: Uint8Array[][],
  options: { side: number; classes: string[] },
): LabelledDataset {
  const { side, classes } = options;
  const size = side * side * 3;
  const images = groups.flat();
  const rows = (indices: ArrayLike<number>) => {
    const found = new Uint8Array(indices.length * size);
    Array.from(indices).forEach((index, at) => found.set(images[index], at * size));
    return Promise.resolve(found);
  };
  return {
    count: images.length,
    side,
    labels: Int32Array.from(groups.flatMap((group, label) => group.map(() => label))),
    whyUnlabelled: null,
    classes,
    names: groups.flatMap((group, label) => group.map((_, index) => `${classes[label]}/${index}`)),
    skipped: [],
    decoded: 0,
    bytes: images.length * size,
    all: () => rows(images.map((_, index) => index)),
    rows,
    close: () => {},
    [Symbol.dispose]: () => {},
  };
}
