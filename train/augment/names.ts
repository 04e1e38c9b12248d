import { LookalikeError } from "../../src/errors.ts";

/** All augmentations by name (arXiv 2002.05709 §3, figure 4). */
export const AUGMENTATIONS = [
  "crop",
  "flip",
  "colour-jitter",
  "grayscale",
  "blur",
  "cutout",
  "rotate",
  "noise",
  "sobel",
] as const;

/** One of {@linkcode AUGMENTATIONS}. */
export type AugmentationName = typeof AUGMENTATIONS[number];

/** The text of a pipeline without augmentations. */
const NONE = "none";

/**
 * Reads the names of augmentations from text. Apart from the rest, as it needs no TensorFlow.
 *
 * @param text Names with commas between them, each at most once, or `none`.
 * @returns The names in the order of the text; none at all for `none`.
 * @throws {LookalikeError} `invalid_input` naming the word that is none of them, or comes twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseAugmentations } from "./names.ts";
 * assertEquals(parseAugmentations("crop, flip"), ["crop", "flip"]);
 * assertEquals(parseAugmentations("none"), []);
 * ```
 */
export function parseAugmentations(text: string): AugmentationName[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.length === 1 && words[0] === NONE) return [];
  words.forEach((word, index) => {
    if (!isName(word)) {
      const all = AUGMENTATIONS.join(", ");
      throw wrong(text, `each must be one of ${all}, or ${NONE} stand alone: one is "${word}"`);
    }
    if (words.indexOf(word) < index) throw wrong(text, `each may come once: ${word} comes twice`);
  });
  return words as AugmentationName[];
}

function isName(word: string): boolean {
  return (AUGMENTATIONS as readonly string[]).includes(word);
}

function wrong(text: string, reason: string): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot augment by "${text}" as ${reason}.`, {
    param: "augmentation",
  });
}
