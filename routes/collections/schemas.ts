import { z } from "@hono/zod-openapi";
import { MOST_DIMENSION, MOST_METADATA_DEPTH } from "../../src/collections/checks.ts";
import { boundedList } from "../requests/bounded.ts";
import { printable, PRINTABLE_PATTERN } from "../requests/values.ts";
import { jsonFault } from "./json_fault.ts";

/** Where the API's page shows these routes. */
export const COLLECTIONS = ["Collections"];

/** The greatest finite float32. */
const MOST_FLOAT = 3.4028234663852886e38;

/** A collection's name in a request. */
export const collectionName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, {
  error: () => 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
}).openapi({ description: "The collection.", example: "pictures" });

/** An item's id in a request. `.` and `..` would vanish from an address, however they are written. */
export const itemId = printable(512)
  .refine((id) => id !== "." && id !== "..", { error: () => 'must not be "." or ".."' })
  .openapi({
    pattern: `^(?!\\.{1,2}$)${PRINTABLE_PATTERN}*$`,
    description: "The item's name in the collection, percent-encoded in an address (`/` as `%2F`).",
    example: "train/circle/0000",
  });

/** The path's parameters of a collection. */
export const ofCollection = z.strictObject({ name: collectionName });
/** The path's parameters of an item. */
export const ofItem = z.strictObject({ name: collectionName, id: itemId });

/** An item's class in a request. */
export const labelInput = printable(256).openapi({
  description: "A class, where somebody has said one.",
  example: "circle",
});

/** A vector in a request: numbers, which become float32 `[F]`. */
export const vectorInput = boundedList(z.unknown(), { max: MOST_DIMENSION })
  .transform((numbers, context) => {
    const wrong = numbers.findIndex((value) => !fitsFloat32(value));
    if (wrong < 0) return Float32Array.from(numbers as number[]);
    const message = `must be a number that float32 can hold: it is ${typeof numbers[wrong]}`;
    context.addIssue({ code: "custom", path: [wrong], message });
    return z.NEVER;
  })
  .openapi({
    type: "array",
    items: { type: "number", minimum: -MOST_FLOAT, maximum: MOST_FLOAT },
    minItems: 1,
    maxItems: MOST_DIMENSION,
    description:
      "As many numbers as the collection's dimension; with cosine only their direction counts.",
    example: [0.6, 0, 0.8],
  });

/** What is drawn where not all can be looked at, in a request. */
export const seedInput = z.int().min(0).max(2 ** 32 - 1).default(0).openapi({
  description: "The same draws the same.",
});

/** What a caller keeps with an item, in an answer. */
export const metadataSchema = z.record(z.string(), z.unknown()).openapi({
  description: "A JSON object of your own.",
  example: { camera: "north", taken: 2024 },
});

/** What a caller keeps with an item, in a request. */
export const metadataInput = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  { error: () => "must be a JSON object", abort: true },
)
  .superRefine((value, context) => {
    const message = jsonFault(value);
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .openapi({
    type: "object",
    additionalProperties: true,
    description:
      `A JSON object of your own: at most 65,536 characters, ${MOST_METADATA_DEPTH} deep.`,
    example: { camera: "north", taken: 2024 },
  });

/** The answer to a deletion. */
export const deletedSchema = z.strictObject({
  object: z.enum(["collection.deleted", "collection.item.deleted"]),
  id: z.string().openapi({ description: "What it was called." }),
  deleted: z.literal(true),
}).openapi("Deleted");

function fitsFloat32(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= MOST_FLOAT; // not of NaN
}
