import { sha256 } from "../../src/files.ts";
import { byCodeUnit } from "./file_names.ts";
import { layOut, type Place } from "./layout.ts";

/** Which images are wanted. */
export interface ChoiceOptions {
  split?: "train" | "test";
  imagesPerClass?: number;
  seed: number;
}

/** The images of a dataset, in the order of their names. */
export interface Choice {
  names: string[];
  /** int32 `[count]`, indices into `classes`; null where there are no classes. */
  labels: Int32Array | null;
  whyUnlabelled: string | null;
  classes: string[];
  /** Images that lie beside train/ and test/, and so belong to neither. */
  stray: string[];
  /** Whether a file that was skipped would have belonged here. */
  concerns(name: string): boolean;
}

interface PlacedImage extends Place {
  name: string;
}

/** One image in ten is for the test where the source does not say which. */
const TEST_SHARE = 0.1;

/**
 * Chooses the images of a split and finds their classes.
 *
 * An image's class is the one folder that it lies in below the source (or below train/ or test/). If any
 * image of a split lies elsewhere, or there are fewer than two classes, there are no labels.
 *
 * Where the source has no train/ and test/, one in ten of each class (at least one of two) is for the
 * test: those whose SHA-256 of seed and path comes first. So the division depends on nothing but
 * the paths and the seed, and a folder and an archive of it are divided alike.
 *
 * @param names The paths of all images of the source.
 * @param options The split, the number of images a class, the seed of the division.
 * @returns The chosen images.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choose } from "./choose.ts";
 * const choice = choose(["owl/2.jpg", "owl/1.jpg", "cat/1.jpg"], { imagesPerClass: 1, seed: 0 });
 * assertEquals(choice.names, ["cat/1.jpg", "owl/1.jpg"]);
 * assertEquals(choice.classes, ["cat", "owl"]);
 * ```
 */
export function choose(names: string[], options: ChoiceOptions): Choice {
  const { split, imagesPerClass = Infinity, seed } = options;
  const { splits, place } = layOut(names);
  const images = [...names].sort(byCodeUnit).map((name) => ({ name, ...place(name) }));
  const inSource = images.filter((image) => image.split !== "other");
  const inSplit = inSource.filter((image) => !splits || !split || image.split === split);

  const classes = classNames(inSource);
  const whyUnlabelled = reasonWithoutLabels(inSplit, classes);
  const classOf = ({ parts }: PlacedImage) => whyUnlabelled === null ? parts[0] : "";

  const groups = Map.groupBy(inSplit, classOf);
  const divided = splits || !split
    ? [...groups.values()]
    : [...groups.values()].map((group) => divide(group, seed)[split]);
  const chosen = divided.flatMap((group) => group.slice(0, imagesPerClass))
    .sort((a, b) => byCodeUnit(a.name, b.name));

  const number = new Map(classes.map((name, index) => [name, index]));
  return {
    names: chosen.map(({ name }) => name),
    labels: whyUnlabelled === null
      ? Int32Array.from(chosen, (image) => number.get(classOf(image))!)
      : null,
    whyUnlabelled,
    classes: whyUnlabelled === null ? classes : [],
    stray: images.filter((image) => image.split === "other").map(({ name }) => name),
    concerns: (name) => !splits || !split || place(name).split === split,
  };
}

/** The class folders of the splits that have classes, sorted. */
function classNames(images: PlacedImage[]): string[] {
  const bySplit = [...Map.groupBy(images, ({ split }) => split).values()];
  const labelled = bySplit.filter((group) => group.every(({ parts }) => parts.length === 2));
  return [...new Set(labelled.flat().map(({ parts }) => parts[0]))].sort(byCodeUnit);
}

function reasonWithoutLabels(images: PlacedImage[], classes: string[]): string | null {
  const outside = images.find(({ parts }) => parts.length !== 2);
  if (outside) {
    const where = outside.parts.length === 1 ? "in no class folder" : "in folders within folders";
    return `There are no labels as ${JSON.stringify(outside.name)} lies ${where}.`;
  }
  return classes.length < 2 ? "There are no labels as there are not two class folders." : null;
}

/** Divides the images of one class, which stay in order. */
function divide(group: PlacedImage[], seed: number) {
  const key = new Map(
    group.map((image) => [image, sha256(JSON.stringify([seed, image.parts.join("/")]))]),
  );
  const byKey = [...group].sort((a, b) => byCodeUnit(key.get(a)!, key.get(b)!));
  const count = group.length < 2 ? 0 : Math.max(1, Math.round(group.length * TEST_SHARE));
  const forTest = new Set(byKey.slice(0, count));
  return {
    train: group.filter((image) => !forTest.has(image)),
    test: group.filter((image) => forTest.has(image)),
  };
}
