import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { invalid } from "../../src/collections/checks.ts";
import { ALWAYS, answer, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { afterParameter, nextPage, numberParameter, wholeParameter } from "./query_parameters.ts";
import { COLLECTIONS, ofCollection } from "./schemas.ts";

/** Of cosine, unless the caller says one: the same photograph scaled or compressed again. */
const NEARLY_THE_SAME = 0.98;

const pageSchema = z.strictObject({
  object: z.literal("list"),
  data: z.array(
    z.strictObject({
      object: z.literal("collection.duplicate"),
      ids: z.array(z.string()).min(2).max(2).openapi({
        description: "The earlier added item and the later one.",
      }),
      score: z.number().openapi({ description: "How similar they are, as in a search." }),
    }).openapi("Duplicate", {
      example: { object: "collection.duplicate", ids: ["a.jpg", "copy of a.jpg"], score: 0.9991 },
    }),
  ),
  next: nextPage,
}).openapi("DuplicatePage");

/**
 * `GET /v1/collections/{name}/duplicates`: pairs of items that are nearly the same.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function duplicatesRoutes({ collections, limits }: Services): OpenAPIHono<AppEnv> {
  const route = createRoute({
    method: "get",
    path: "/v1/collections/{name}/duplicates",
    operationId: "listDuplicates",
    tags: COLLECTIONS,
    summary: "List pairs of items that are nearly the same",
    description:
      "A page looks at the neighbours of so many items, in the order in which they were added. It " +
      "may be empty and not the last: `next` is null after that.",
    ...needs("read"),
    request: {
      params: ofCollection,
      query: z.strictObject({
        threshold: numberParameter.optional().openapi({
          description:
            `The least score of a pair, ${NEARLY_THE_SAME} unless given; must be given where the ` +
            "metric is not cosine (with euclidean it is the greatest distance).",
          example: 0.95,
        }),
        limit: wholeParameter({
          min: 1,
          max: limits.maxResults,
          unlessGiven: Math.min(100, limits.maxResults),
        }).openapi({ description: "Items whose neighbours are looked at." }),
        after: afterParameter,
      }),
    },
    responses: { ...answer("A page of pairs.", pageSchema), ...problems(...ALWAYS, 400, 404) },
  });

  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { threshold = await usualThreshold(name), ...page } = c.req.valid("query");
    const { pairs, next } = await collections.duplicates(name, { threshold, ...page });
    const data = pairs.map((pair) => ({ object: "collection.duplicate" as const, ...pair }));
    return c.json({ object: "list" as const, data, next }, 200);
  });

  async function usualThreshold(name: string): Promise<number> {
    const { metric } = await collections.get(name);
    if (metric === "cosine") return NEARLY_THE_SAME;
    throw invalid("threshold", `it must be given where the metric is ${metric}: it is missing`);
  }
}
