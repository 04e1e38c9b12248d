import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { classifierReference } from "../classifiers/classifier_schema.ts";
import { boundedList } from "../requests/bounded.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { createTurn } from "./in_turn.ts";
import { COLLECTIONS, itemId, ofCollection, seedInput } from "./schemas.ts";
import { MOST_CANDIDATES, suggestItems } from "./suggest_items.ts";

/** The most items of one answer, and so many may be left out. */
const MOST_ITEMS = 1000;

const requestSchema = z.strictObject({
  count: z.int().min(1).max(MOST_ITEMS).openapi({
    description: "How many to suggest.",
  }),
  strategy: z.enum(["auto", "diversity", "uncertainty"]).default("auto").openapi({
    description:
      "`diversity` takes items that together stand for most of the others, and needs no label; " +
      "`uncertainty` weighs items by a classifier's doubt, and takes those that stand for most of " +
      "it; `auto` does that once there are labels of two classes.",
  }),
  classifier: classifierReference.optional().openapi({
    description:
      "What is uncertain, of the collection's model; unless given, a probe is fitted to the labels " +
      "that there are.",
  }),
  exclude: boundedList(itemId, { max: MOST_ITEMS, min: 0 }).default([]).openapi({
    description: "Items not to suggest, such as those that somebody is labelling.",
  }),
  seed: seedInput,
}).refine(({ strategy, classifier }) => classifier === undefined || strategy !== "diversity", {
  error: () => "must not be given with the strategy diversity, which asks none",
  path: ["classifier"],
}).openapi("SuggestionRequest", { example: { count: 20 } });

const suggestionsSchema = z.strictObject({
  object: z.literal("list"),
  strategy: z.enum(["diversity", "uncertainty"]).openapi({ description: "Which one it was." }),
  classifier: z.string().nullable().openapi({
    description: "The version that was asked, `NAME@VERSION`; null where none was named.",
  }),
  data: z.array(
    z.strictObject({
      object: z.literal("collection.suggestion"),
      id: z.string(),
      score: z.number().openapi({
        description: "What labelling it adds to those before it, by the strategy's measure.",
      }),
      label: z.string().nullable().openapi({
        description: "What the classifier takes it for; null without one.",
      }),
      probability: z.number().nullable().openapi({ description: "Of that class." }),
    }).openapi("Suggestion", {
      example: {
        object: "collection.suggestion",
        id: "train/circle/0012",
        score: 0.081,
        label: "square",
        probability: 0.52,
      },
    }),
  ).openapi({ description: "The most useful first." }),
}).openapi("Suggestions");

const route = createRoute({
  method: "post",
  path: "/v1/collections/{name}/suggestions",
  operationId: "suggestItems",
  tags: COLLECTIONS,
  summary: "Suggest which items to label next",
  description:
    "Of the items without a label. The same request on the same items suggests the same. Of more " +
    `than ${MOST_CANDIDATES} such items so many are looked at, drawn by the seed.`,
  ...needs("read"),
  request: { params: ofCollection, ...body(requestSchema) },
  responses: {
    ...answer("What to label next.", suggestionsSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

/**
 * `POST /v1/collections/{name}/suggestions`: which items to label next.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function suggestionsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const inTurn = createTurn("for suggestions");
  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { signal } = c.var;
    const asked = { ...c.req.valid("json"), name, signal };
    const { strategy, classifier, items } = await inTurn(
      () => suggestItems(services, asked),
      signal,
    );
    const data = items.map((item) => ({ object: "collection.suggestion" as const, ...item }));
    return c.json({ object: "list" as const, strategy, classifier, data }, 200);
  });
}
