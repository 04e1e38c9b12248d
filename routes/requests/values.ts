import { z } from "@hono/zod-openapi";

/** Characters that a name may have: none that control, no halves of characters. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
/** One of them for JSON Schema, where nothing has halves. */
export const PRINTABLE_PATTERN = "[^\\u0000-\\u001f\\u007f-\\u009f]";

/**
 * A text in a request, without control characters.
 *
 * @param max The most characters that it may have; the least is 1.
 * @returns The schema.
 */
export function printable(max: number) {
  return z.string()
    .min(1, "must have at least 1 character")
    .max(max, `must have at most ${max} characters`)
    .regex(PRINTABLE, "must have no control characters or halves of characters")
    .openapi({ pattern: `^${PRINTABLE_PATTERN}*$` });
}

/**
 * A date as the API has it.
 *
 * @param date ISO 8601.
 * @returns Whole seconds since 1970.
 */
export function seconds(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}
