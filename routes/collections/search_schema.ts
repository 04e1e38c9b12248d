import { z } from "@hono/zod-openapi";
import { boundedList } from "../requests/bounded.ts";
import { imageInput } from "../requests/image_input.ts";
import type { RequestLimits } from "../services.ts";
import { filterSchema } from "./filter_schema.ts";
import { itemId, metadataSchema, vectorInput } from "./schemas.ts";

const examples = {
  image: imageInput.optional(),
  vector: vectorInput.optional(),
  id: itemId.optional().openapi({ description: "An item of the collection." }),
};

/** One example of what is looked for. */
export const exampleSchema = z.strictObject(examples)
  .refine((given) => Object.keys(given).length === 1, {
    error: () => "must have one of image, vector and id",
  }).openapi("Example", {
    oneOf: [{ required: ["image"] }, { required: ["vector"] }, { required: ["id"] }],
    example: { id: "train/circle/0000" },
  });

/** What is found, in an answer. */
export const hitsSchema = z.strictObject({
  object: z.literal("list"),
  data: z.array(
    z.strictObject({
      object: z.literal("collection.hit"),
      id: z.string(),
      score: z.number().openapi({
        description:
          "Cosine similarity, from -1 to 1; the dot product; or the Euclidean distance, as the " +
          "collection's metric says.",
      }),
      label: z.string().nullable(),
      metadata: metadataSchema,
    }).openapi("Hit", {
      example: {
        object: "collection.hit",
        id: "train/circle/0000",
        score: 0.93,
        label: "circle",
        metadata: { camera: "north", taken: 2024 },
      },
    }),
  ),
}).openapi("Hits");

/**
 * What a search looks for.
 *
 * @param limits How many results and images it may have.
 * @returns The schema.
 */
export function searchSchema({ maxResults, maxImages }: RequestLimits) {
  const queries = ["image", "vector", "id", "mean"] as const;
  return z.strictObject({
    ...examples,
    mean: boundedList(exampleSchema, { max: maxImages }).optional().openapi({
      description:
        "The mean of several, each of length 1 where the metric is cosine: what is like all of them.",
    }),
    k: z.int().min(1).max(maxResults).default(Math.min(10, maxResults)).openapi({
      description: "How many to find.",
    }),
    filter: filterSchema.optional(),
    exclude: boundedList(itemId, { min: 0, max: maxResults }).default([]).openapi({
      description: "Items to leave out.",
    }),
    threshold: z.number().optional().openapi({
      description: "The least score of what is found, or with euclidean the greatest distance.",
    }),
    exact: z.boolean().default(false).openapi({
      description: "Whether every vector is compared, also where the collection has a graph.",
    }),
  }).refine((given) => queries.filter((query) => given[query] !== undefined).length === 1, {
    error: () => "must have one of image, vector, id and mean",
  }).openapi("SearchRequest", {
    oneOf: queries.map((query) => ({ required: [query] })),
    example: {
      id: "train/circle/0000",
      k: 5,
      filter: { field: "label", in: ["circle", "square"] },
      threshold: 0.5,
    },
  });
}

/** What is looked for, read. */
export type Search = z.output<ReturnType<typeof searchSchema>>;
