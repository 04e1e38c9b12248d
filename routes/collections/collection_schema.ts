import { z } from "@hono/zod-openapi";
import { MOST_DIMENSION } from "../../src/collections/checks.ts";
import type { CollectionInfo } from "../../src/collections/collections.ts";
import { modelReference } from "../models.ts";
import { collectionName } from "./schemas.ts";
import { seconds } from "../requests/values.ts";

const metric = z.enum(["cosine", "dot", "euclidean"]).openapi({
  description: "How vectors are compared. With cosine only their directions count.",
});
/** How a collection is searched. */
export const index = z.enum(["exact", "hnsw"]).openapi({
  description:
    "How it is searched: `exact` compares every vector, on the device; `hnsw` follows a graph, " +
    "which is faster in collections of hundreds of thousands and may miss some.",
});
const images = z.enum(["original", "thumbnail", "none"]).openapi({
  description:
    "What is kept of images: `original` with a thumbnail (so that another model can embed them " +
    "anew), `thumbnail` alone, or `none`.",
});

/** How a collection is made. */
export const creationSchema = z.strictObject({
  name: collectionName,
  model: modelReference.optional().openapi({
    description: "What embeds its images: an alias, `NAME` or `NAME@VERSION`; its version is kept.",
  }),
  dimension: z.int().min(1).max(MOST_DIMENSION).optional().openapi({
    description: "In place of a model, where all vectors will be your own: their length.",
  }),
  metric: metric.default("cosine"),
  index: index.default("exact"),
  images: images.default("original"),
}).refine(({ model, dimension }) => (model === undefined) !== (dimension === undefined), {
  error: () => "must have either model or dimension",
}).openapi("CollectionRequest", {
  oneOf: [{ required: ["model"] }, { required: ["dimension"] }],
  example: { name: "pictures", model: "shapes" },
});

/** A collection's way to another model, in an answer. */
export const reembeddingSchema = z.strictObject({
  object: z.literal("collection.reembedding"),
  model: z.string().nullable().openapi({
    description: "Where it goes, `NAME@VERSION`; where it is, once it is done.",
  }),
  dimension: z.int(),
  status: z.enum(["running", "failed", "done"]).openapi({
    description:
      "A failed one stays until it is begun anew or cancelled; old vectors serve until it is done.",
  }),
  error: z.string().nullable().openapi({ description: "Why it failed, in a sentence." }),
  done: z.int().openapi({ description: "Items that have their new vector." }),
  total: z.int().openapi({ description: "Items that there are." }),
  started_at: z.int().nullable().openapi({
    description: "Seconds since 1970; null once it is done.",
  }),
}).openapi("Reembedding", {
  example: {
    object: "collection.reembedding",
    model: "shapes@2",
    dimension: 512,
    status: "running",
    error: null,
    done: 640,
    total: 2000,
    started_at: 1767225600,
  },
});

/** A collection in an answer. */
export const collectionSchema = z.strictObject({
  object: z.literal("collection"),
  name: z.string(),
  model: z.string().nullable().openapi({
    description: "What makes its vectors, `NAME@VERSION`; null if callers bring their own.",
  }),
  dimension: z.int(),
  metric,
  index,
  images,
  count: z.int().openapi({ description: "How many items it has." }),
  created_at: z.int().openapi({ description: "Seconds since 1970." }),
  reembedding: z.union([reembeddingSchema, z.null()]).openapi({
    description: "Its way to another model, while there is one.",
  }),
}).openapi("Collection", {
  example: {
    object: "collection",
    name: "pictures",
    model: "shapes@1",
    dimension: 512,
    metric: "cosine",
    index: "exact",
    images: "original",
    count: 2000,
    created_at: 1767225600,
    reembedding: null,
  },
});

/**
 * A collection as the API has it.
 *
 * @param info What is known of it.
 * @returns The answer's body.
 */
export function describedCollection(info: CollectionInfo): z.input<typeof collectionSchema> {
  const { name, encoder: model, dimension, metric, index, images, count, createdAt } = info;
  return {
    object: "collection",
    name,
    model,
    dimension,
    metric,
    index,
    images,
    count,
    created_at: seconds(createdAt),
    reembedding: info.reembedding && describedReembedding(info),
  };
}

/**
 * A collection's way to another model as the API has it; one without any is done.
 *
 * @param info What is known of the collection.
 * @returns The answer's body.
 */
export function describedReembedding(
  { encoder, dimension, count, reembedding }: CollectionInfo,
): z.input<typeof reembeddingSchema> {
  return {
    object: "collection.reembedding",
    model: reembedding?.encoder ?? encoder,
    dimension: reembedding?.dimension ?? dimension,
    status: reembedding?.status ?? "done",
    error: reembedding?.error ?? null,
    done: reembedding?.done ?? count,
    total: count,
    started_at: reembedding && seconds(reembedding.startedAt),
  };
}
