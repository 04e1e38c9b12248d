import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { SearchHit } from "../../src/collections/collections.ts";
import { boundedList } from "../requests/bounded.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import { serverTiming, timed } from "../requests/server_timing.ts";
import type { AppEnv, Services } from "../services.ts";
import { findHits } from "./find_hits.ts";
import { COLLECTIONS, ofCollection } from "./schemas.ts";
import { hitsSchema, type Search, searchSchema } from "./search_schema.ts";

/**
 * `POST /v1/collections/{name}/search`: the items most similar to an image, a vector, an item or
 * several; `/search/batch`: many searches at once.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function searchRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { maxImages } = services.limits;
  const searchRequest = searchSchema(services.limits);

  const searchRoute = createRoute({
    method: "post",
    path: "/v1/collections/{name}/search",
    operationId: "search",
    tags: COLLECTIONS,
    summary: "Find the most similar items",
    description:
      "The most similar first, of those that the filter lets through. An item that is asked about " +
      "does not find itself.",
    ...needs("read"),
    request: { params: ofCollection, ...body(searchRequest) },
    responses: {
      ...timed(answer("The items found.", hitsSchema)),
      ...problems(...ALWAYS, ...OF_BODIES, 404),
    },
  });

  const batchRoute = createRoute({
    method: "post",
    path: "/v1/collections/{name}/search/batch",
    operationId: "searchBatch",
    tags: COLLECTIONS,
    summary: "Answer many searches at once",
    description:
      `All or none. They may ask about at most ${maxImages} images, vectors and items together.`,
    ...needs("read"),
    request: {
      params: ofCollection,
      ...body(
        z.strictObject({ searches: boundedList(searchRequest, { max: maxImages }) })
          .refine(({ searches }) => examplesIn(searches) <= maxImages, {
            error: () => `must ask about at most ${maxImages} images, vectors and items together`,
            path: ["searches"],
          })
          .openapi("BatchSearchRequest", {
            example: { searches: [{ id: "train/circle/0000" }, { id: "train/square/0000" }] },
          }),
      ),
    },
    responses: {
      ...timed(answer(
        "What each search found, in their order.",
        z.strictObject({ object: z.literal("list"), data: z.array(hitsSchema) })
          .openapi("HitsList"),
      )),
      ...problems(...ALWAYS, ...OF_BODIES, 404),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(searchRoute, async (c) => {
      const { name } = c.req.valid("param");
      const { hits: [hits], timings } = await findHits(services, {
        name,
        searches: [c.req.valid("json")],
        fieldOf: (_, field) => field,
        signal: c.var.signal,
        hold: c.var.hold,
      });
      if (timings) c.header("Server-Timing", serverTiming(timings));
      return c.json(described(hits), 200);
    })
    .openapi(batchRoute, async (c) => {
      const { name } = c.req.valid("param");
      const { hits, timings } = await findHits(services, {
        name,
        searches: c.req.valid("json").searches,
        fieldOf: (at, field) => `searches[${at}].${field}`,
        signal: c.var.signal,
        hold: c.var.hold,
      });
      if (timings) c.header("Server-Timing", serverTiming(timings));
      return c.json({ object: "list" as const, data: hits.map(described) }, 200);
    });
}

function described(hits: SearchHit[]): z.input<typeof hitsSchema> {
  const data = hits.map((hit) => ({ object: "collection.hit" as const, ...hit }));
  return { object: "list", data };
}

function examplesIn(searches: Search[]): number {
  return searches.reduce((sum, { mean = [null] }) => sum + mean.length, 0);
}
