import { z } from "@hono/zod-openapi";
import { collectionName, itemId, vectorInput } from "../collections/schemas.ts";
import { boundedList } from "../requests/bounded.ts";
import { imageInput } from "../requests/image_input.ts";
import type { RequestLimits } from "../services.ts";

const INPUTS = ["images", "vectors", "ids"] as const;

/**
 * What a classifier is asked about.
 *
 * @param limits How many images a request may have.
 * @returns The schema.
 */
export function predictSchema({ maxImages: max }: RequestLimits) {
  return z.strictObject({
    images: boundedList(imageInput, { max }).optional().openapi({
      description: "Image files, as an embeddings request has them.",
    }),
    vectors: boundedList(vectorInput, { max }).optional().openapi({
      description: "Vectors of the classifier's model; only their directions count.",
    }),
    ids: boundedList(itemId, { max }).optional().openapi({
      description: "Items of the collection.",
    }),
    collection: collectionName.optional().openapi({
      description:
        "Where the items are. If their vectors are of another model than the classifier's, their " +
        "original images are embedded.",
    }),
    top: z.int().min(1).optional().openapi({
      description: "How many of the most probable classes are listed; all unless given.",
    }),
    unknown_below: z.number().min(0).max(1).default(0).openapi({
      description: "The label is null where the most probable class is less probable than this.",
    }),
  })
    .refine((given) => INPUTS.filter((input) => given[input] !== undefined).length === 1, {
      error: () => "must have one of images, vectors and ids",
    })
    .refine(({ ids, collection }) => (ids === undefined) === (collection === undefined), {
      error: () => "must be given with ids, and with them alone",
      path: ["collection"],
    })
    .openapi("PredictionRequest", {
      oneOf: [
        { required: ["images"] },
        { required: ["vectors"] },
        { required: ["collection", "ids"] },
      ],
      example: { collection: "pictures", ids: ["train/circle/0000"], unknown_below: 0.5 },
    });
}

/** What a classifier is asked about, read. */
export type PredictRequest = z.output<ReturnType<typeof predictSchema>>;

/** What a classifier says. */
export const predictionsSchema = z.strictObject({
  object: z.literal("list"),
  classifier: z.string().openapi({ description: "The version that answered, `NAME@VERSION`." }),
  data: z.array(
    z.strictObject({
      object: z.literal("prediction"),
      index: z.int().openapi({ description: "The input's place in the request." }),
      id: z.string().nullable().openapi({ description: "The item, where ids were given." }),
      label: z.string().nullable().openapi({
        description: "The most probable class; null where it is less probable than asked.",
      }),
      probability: z.number().openapi({ description: "Of the most probable class." }),
      probabilities: z.array(z.strictObject({ label: z.string(), probability: z.number() }))
        .openapi({ description: "The most probable first." }),
    }).openapi("Prediction", {
      example: {
        object: "prediction",
        index: 0,
        id: "train/circle/0000",
        label: "circle",
        probability: 0.93,
        probabilities: [
          { label: "circle", probability: 0.93 },
          { label: "square", probability: 0.07 },
        ],
      },
    }),
  ),
}).openapi("Predictions");
