import { LookalikeError } from "../../src/errors.ts";

/** Examples of a fit that is answered at once. */
export const MOST_EXAMPLES = 5000;
/** Numbers of the examples' vectors, 64 MiB. */
const MOST_NUMBERS = 2 ** 24;
/** Probabilities that judge it, one an example and class: more would hold up other requests. */
const MOST_PROBABILITIES = 2 ** 18;
/** Numbers of a linear layer; L-BFGS keeps some twenty times as many. */
const MOST_WEIGHTS = 2 ** 20;

/**
 * Checks that a fit can be answered at once.
 *
 * @param size How many examples and classes there are, and F.
 * @param param The field that has them.
 * @throws {LookalikeError} `too_large`, with what takes more.
 */
export function checkFitSize(
  { examples, classes, dimension }: { examples: number; classes: number; dimension: number },
  param: string,
): void {
  const most = Math.min(MOST_EXAMPLES, Math.floor(MOST_NUMBERS / dimension));
  if (examples > most) throw tooMany("examples", { count: examples, most, param });
  const mostClasses = Math.max(
    2,
    Math.floor(Math.min(MOST_WEIGHTS / dimension, MOST_PROBABILITIES / examples)),
  );
  if (classes > mostClasses) {
    throw tooMany("classes", { count: classes, most: mostClasses, param });
  }
}

/**
 * Checks how many examples a request lists, before they are looked at.
 *
 * @param value What the request has in their place.
 * @param param The field.
 * @returns The same value.
 * @throws {LookalikeError} `too_large`.
 */
export function checkListed(value: unknown, param: string): unknown {
  if (Array.isArray(value) && value.length > MOST_EXAMPLES) {
    throw tooMany("examples", { count: value.length, most: MOST_EXAMPLES, param });
  }
  return value;
}

function tooMany(
  what: "examples" | "classes",
  { count, most, param }: { count: number; most: number; param: string },
): LookalikeError {
  return new LookalikeError(
    "too_large",
    `Cannot fit a classifier at once to ${param} as it must have at most ${most} ${what}: there ` +
      `are ${count}. A job takes more: POST /v1/fine_tuning/jobs with the method probe.`,
    { param },
  );
}
