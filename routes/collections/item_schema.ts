import { z } from "@hono/zod-openapi";
import type { StoredItem } from "../../src/collections/collections.ts";
import { imageInput } from "../requests/image_input.ts";
import { itemId, labelInput, metadataInput, metadataSchema, vectorInput } from "./schemas.ts";
import { seconds } from "../requests/values.ts";

/** An item in a request. */
export const itemInput = z.strictObject({
  id: itemId,
  image: imageInput.optional(),
  vector: vectorInput.optional(),
  label: labelInput.nullable().optional(),
  metadata: metadataInput.default({}),
}).refine(({ image, vector }) => (image === undefined) !== (vector === undefined), {
  error: () => "must have either image or vector",
}).openapi("ItemInput", { oneOf: [{ required: ["image"] }, { required: ["vector"] }] });

/** An item as a request gives it. */
export type GivenItem = z.output<typeof itemInput>;

/** An item in an answer. */
export const itemSchema = z.strictObject({
  object: z.literal("collection.item"),
  id: z.string(),
  label: z.string().nullable(),
  metadata: metadataSchema,
  image: z.strictObject({
    type: z.string().openapi({ description: "Its media type." }),
    bytes: z.int(),
    sha256: z.string().openapi({ description: "Of the file, in hexadecimal." }),
  }).nullable().openapi({ description: "The original, where it is kept." }),
  has_thumbnail: z.boolean(),
  vector: z.array(z.number()).optional().openapi({
    description: "Of length 1 where the metric is cosine; in lists only with `vectors=true`.",
  }),
  created_at: z.int().openapi({ description: "Seconds since 1970." }),
  updated_at: z.int(),
}).openapi("Item", {
  example: {
    object: "collection.item",
    id: "train/circle/0000",
    label: "circle",
    metadata: { camera: "north", taken: 2024 },
    image: {
      type: "image/jpeg",
      bytes: 48213,
      sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    has_thumbnail: true,
    created_at: 1767225600,
    updated_at: 1767225600,
  },
});

/**
 * An item as the API has it.
 *
 * @param item The item.
 * @param options `vectors`: whether its vector is in the answer.
 * @returns The answer's body.
 */
export function describedItem(
  item: StoredItem,
  { vectors }: { vectors: boolean },
): z.input<typeof itemSchema> {
  const { id, label, metadata, image, vector, hasThumbnail, createdAt, updatedAt } = item;
  return {
    object: "collection.item",
    id,
    label,
    metadata,
    image,
    has_thumbnail: hasThumbnail,
    ...(vectors ? { vector: Array.from(vector) } : {}),
    created_at: seconds(createdAt),
    updated_at: seconds(updatedAt),
  };
}
