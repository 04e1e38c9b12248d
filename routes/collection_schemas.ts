import { z } from "@hono/zod-openapi";
import { boundedList } from "./bounded.ts";

/** Where the API's page shows these routes. */
export const COLLECTIONS = ["Collections"];

/** No collection has vectors as long: the store says how long they may be. */
const MOST_NUMBERS = 65_536;
/** A vector in a request: numbers, which become float32 `[F]`. */
export const vectorInput = boundedList(z.number(), { max: MOST_NUMBERS })
  .transform((numbers) => Float32Array.from(numbers))
  .openapi({
    type: "array",
    items: { type: "number" },
    minItems: 1,
    maxItems: MOST_NUMBERS,
    description: "A vector; only its direction counts.",
  });

/** What a caller keeps with an item. */
export const metadataSchema = z.record(z.string(), z.unknown()).openapi({
  description: "A JSON object of your own, at most 65,536 characters.",
  example: { label: "circle" },
});

const nameParameter = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, {
  error: () => 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
}).openapi({ description: "The collection.", example: "pictures" });
/** The path's parameters of a collection. */
export const ofCollection = z.strictObject({ name: nameParameter });

/** An item's id in a request. */
export const itemId = z.string().min(1).max(512).openapi({
  description: "The item's name in the collection, without control characters.",
  example: "train/circle/0000",
});

/** The answer to a deletion. */
export const deletedSchema = z.strictObject({
  object: z.enum(["collection.deleted", "collection.item.deleted"]),
  id: z.string(),
  deleted: z.literal(true),
}).openapi("Deleted");

/**
 * A date as the API has it.
 *
 * @param date ISO 8601.
 * @returns Whole seconds since 1970.
 */
export function seconds(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}
