import { refused } from "./job_refusals.ts";

/** The longest name of a classifier or an encoder. */
const MOST = 64;

/**
 * The name of what a fine-tuning job makes.
 *
 * @param encoder The name of the encoder that it begins from.
 * @param suffix What is added to it: letters, digits, `.`, `_` or `-`.
 * @returns `ENCODER-SUFFIX`.
 * @throws {LookalikeError} `invalid_input`, with param `suffix`, if that is too long.
 *
 * @example
 * ```ts
 * import { resultName } from "./result_name.ts";
 * console.assert(resultName("flowers", "kinds") === "flowers-kinds");
 * ```
 */
export function resultName(encoder: string, suffix: string): string {
  const name = `${encoder}-${suffix}`;
  if (name.length <= MOST) return name;
  throw refused(
    "suffix",
    `the name of the result, ${name}, must have at most ${MOST} characters: it has ${name.length}`,
  );
}

/**
 * What was added to an encoder's name.
 *
 * @param name What {@link resultName} made.
 * @param model The encoder that it began from, `NAME@VERSION`.
 * @returns The suffix.
 */
export function suffixOf(name: string, model: string): string {
  return name.slice(model.lastIndexOf("@") + 1);
}
