import type { CollectionInfo, Collections } from "../../src/collections/collections.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { Examples, ExampleShape } from "../../src/probe/examples.ts";
import { checkFitSize, MOST_EXAMPLES } from "../classifiers/fit_bounds.ts";

/** Numbers of the vectors that are read, 64 MiB: of longer vectors there are fewer. */
const MOST_NUMBERS = 2 ** 24;

/** The labelled items of a collection, as a fit takes them. */
export interface LabelledExamples extends Examples, ExampleShape {
  ids: string[];
  /** The classes' names, by their code units. */
  names: string[];
}

/**
 * Reads the labelled items of a collection, or, of many, so many as are fitted to at once: which, is
 * drawn by a seed.
 *
 * @param collections Where they are.
 * @param options The collection, and the seed.
 * @returns The examples; there may be none.
 */
export async function labelledExamples(
  collections: Collections,
  { info: { name, dimension }, seed }: { info: CollectionInfo; seed: number },
): Promise<LabelledExamples> {
  const limit = Math.min(MOST_EXAMPLES, Math.floor(MOST_NUMBERS / dimension));
  const { ids, labels, vectors } = await collections.vectors(name, { labelled: true, limit, seed });
  const names = [...new Set(labels as string[])].sort();
  const places = new Map(names.map((name, place) => [name, place]));
  return {
    ids,
    names,
    features: vectors,
    labels: Int32Array.from(labels as string[], (label) => places.get(label)!),
    dimension,
    classes: names.length,
  };
}

/**
 * Checks that a probe can be fitted to labelled items, at once.
 *
 * @param examples The items.
 * @param options What needs the probe, as «Cannot …», and the field that asks for it.
 * @throws {LookalikeError} `invalid_input` if they are of one class or none; `too_large` if they are
 * of too many.
 */
export function checkFittable(
  { ids, names, dimension }: LabelledExamples,
  { what, param }: { what: string; param: string },
): void {
  checkFitSize({ examples: ids.length, classes: names.length, dimension }, param);
  if (names.length >= 2) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot ${what} as labelled items must be of two classes or more: ${
      names.length === 0 ? "there are none" : `all are ${JSON.stringify(names[0])}`
    }.`,
    { param },
  );
}
