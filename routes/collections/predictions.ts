import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { CURSOR } from "../../src/collections/checks.ts";
import { classifierReference } from "../classifiers/classifier_schema.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { createTurn } from "./in_turn.ts";
import { MOST_ANEW, MOST_PREDICTED, predictItems } from "./predict_items.ts";
import { nextPage } from "./query_parameters.ts";
import { COLLECTIONS, ofCollection } from "./schemas.ts";

const requestSchema = z.strictObject({
  classifier: classifierReference,
  field: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, {
    error: () => 'must be 1 to 64 letters, digits, "_" or "-"',
  }).default("prediction").openapi({
    description:
      "Where in an item's metadata its prediction is written: `{label, probability, classifier}`, " +
      "without `label` where it is unknown.",
  }),
  unknown_below: z.number().min(0).max(1).default(0).openapi({
    description: "There is no label where the most probable class is less probable than this.",
  }),
  only: z.enum(["all", "unlabelled"]).default("all").openapi({
    description: "Which items: all, or those without a label of their own.",
  }),
  limit: z.int().min(1).max(MOST_PREDICTED).default(1000).openapi({
    description:
      `How many items; at most ${MOST_ANEW} where the classifier is of another model than the ` +
      "collection's vectors, as their original images are embedded then.",
  }),
  after: z.string().regex(CURSOR, { error: () => "must be the next of a page before" }).optional()
    .openapi({ description: "The `next` of the page before; the first page has none." }),
}).openapi("CollectionPredictionRequest", { example: { classifier: "pets", unknown_below: 0.5 } });

const writtenSchema = z.strictObject({
  object: z.literal("collection.predictions"),
  classifier: z.string().openapi({ description: "The version that answered, `NAME@VERSION`." }),
  written: z.int().openapi({ description: "Items whose metadata have their prediction now." }),
  skipped: z.int().openapi({
    description: "Items without an original image, where one was needed.",
  }),
  next: nextPage,
}).openapi("CollectionPredictions", {
  example: {
    object: "collection.predictions",
    classifier: "pets@1",
    written: 1000,
    skipped: 0,
    next: "1000",
  },
});

const route = createRoute({
  method: "post",
  path: "/v1/collections/{name}/predictions",
  operationId: "predictCollection",
  tags: COLLECTIONS,
  summary: "Classify the items, and write what is found into their metadata",
  description:
    "A page at a time, in the order in which items were added: go on with `next` until it is null. " +
    "Labels stay as they are. Searches can filter by what is written: `metadata.prediction.label`.",
  ...needs("write"),
  request: { params: ofCollection, ...body(requestSchema) },
  responses: {
    ...answer("What was written.", writtenSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

/**
 * `POST /v1/collections/{name}/predictions`: a classifier's answers as metadata of all items.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function predictionsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const inTurn = createTurn("to classify a collection");
  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { unknown_below: unknownBelow, only, ...asked } = c.req.valid("json");
    const { signal } = c.var;
    const labelled = only === "unlabelled" ? false : undefined;
    const page = { ...asked, unknownBelow, labelled, name, signal };
    const written = await inTurn(() => predictItems(services, page), signal);
    return c.json({ object: "collection.predictions" as const, ...written }, 200);
  });
}
