import { z } from "@hono/zod-openapi";
import { CURSOR } from "../../src/collections/checks.ts";

/** Where the next page begins, in a request: how the store counts, of which callers know nothing. */
export const afterParameter = z.string().regex(CURSOR, {
  error: () => "must be the next of a page before",
}).optional().openapi({
  description: "The `next` of the page before; the first page has none.",
});

/** Where the next page begins, in an answer. */
export const nextPage = z.string().nullable().openapi({
  description: "What to send as `after` for the next page; null after the last.",
});

/**
 * A whole number in an address.
 *
 * @param options `min` and `max`, and what it is unless given.
 * @returns The schema, text to number.
 */
export function wholeParameter(
  { min, max, unlessGiven }: { min: number; max: number; unlessGiven: number },
) {
  const fits = (text: string) => /^\d{1,9}$/.test(text) && +text >= min && +text <= max;
  return z.string()
    .refine(fits, { error: () => `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .default(unlessGiven)
    .openapi({ type: "integer", minimum: min, maximum: max, default: unlessGiven });
}

/** What is drawn where not all can be looked at, in an address. */
export const seedParameter = wholeParameter({ min: 0, max: 999_999_999, unlessGiven: 0 })
  .openapi({ description: "The same draws the same." });

/** A number in an address. */
export const numberParameter = z.string()
  .refine((text) => /^-?\d/.test(text) && Number.isFinite(Number(text)), {
    error: () => "must be a number",
  })
  .transform(Number)
  .openapi({ type: "number" });

/** Yes or no in an address; no unless given. */
export const flagParameter = z.enum(["true", "false"], {
  error: () => 'must be "true" or "false"',
}).transform((text) => text === "true").default(false).openapi({ type: "boolean", default: false });
