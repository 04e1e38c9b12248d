import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import {
  COLLECTIONS,
  itemId,
  metadataSchema,
  ofCollection,
  vectorInput,
} from "./collection_schemas.ts";
import { embedQuery } from "./collection_vectors.ts";
import { imageInput } from "./image_input.ts";
import { answer, body, problems } from "./declare.ts";
import type { AppEnv, Services } from "./services.ts";

const hitsSchema = z.strictObject({
  object: z.literal("list"),
  data: z.array(
    z.strictObject({
      object: z.literal("collection.hit"),
      id: z.string(),
      score: z.number().openapi({ description: "Cosine similarity, from -1 to 1." }),
      metadata: metadataSchema,
    }).openapi("Hit"),
  ),
}).openapi("Hits");

/**
 * `POST /v1/collections/{name}/search`: the items most similar to an image, a vector or an item.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function searchRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { collections, limits } = services;

  const searchRoute = createRoute({
    method: "post",
    path: "/v1/collections/{name}/search",
    operationId: "search",
    tags: COLLECTIONS,
    summary: "Find the most similar items",
    description:
      "Exact, by cosine similarity, the most similar first. An item does not find itself.",
    request: {
      params: ofCollection,
      ...body(
        z.strictObject({
          image: imageInput.optional(),
          vector: vectorInput.optional(),
          id: itemId.optional().openapi({ description: "An item of the collection." }),
          k: z.int().min(1).max(limits.maxResults).default(Math.min(10, limits.maxResults)).openapi(
            {
              description: "How many to find.",
            },
          ),
        }).refine(
          ({ image, vector, id }) =>
            [image, vector, id].filter((each) => each !== undefined).length === 1,
          {
            error: () => "must have one of image, vector and id",
          },
        ).openapi("SearchRequest", {
          oneOf: [{ required: ["image"] }, { required: ["vector"] }, { required: ["id"] }],
        }),
      ),
    },
    responses: {
      ...answer("The items found.", hitsSchema),
      ...problems(400, 404, 408, 413, 415, 429, 500, 503),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(searchRoute, async (c) => {
      const { name } = c.req.valid("param");
      const { k, ...query } = c.req.valid("json");
      const vector = await embedQuery(services, { name, ...query, signal: c.var.signal });
      const exclude = query.id === undefined ? [] : [query.id];
      const [hits] = await collections.search(name, { vectors: [vector], k, exclude });
      const data = hits.map((hit) => ({ object: "collection.hit" as const, ...hit }));
      return c.json({ object: "list" as const, data }, 200);
    });
}
