import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { CollectionInfo } from "../src/collections/collections.ts";
import { COLLECTIONS, deletedSchema, ofCollection, seconds } from "./collection_schemas.ts";
import { answer, problems } from "./declare.ts";
import type { AppEnv, Services } from "./services.ts";

const collectionSchema = z.strictObject({
  object: z.literal("collection"),
  name: z.string(),
  model: z.string().nullable().openapi({
    description: "What made its vectors, `NAME@VERSION`; null if they came without a model's name.",
  }),
  dimension: z.int(),
  count: z.int().openapi({ description: "How many items it has." }),
  created_at: z.int().openapi({ description: "Seconds since 1970." }),
}).openapi("Collection");

const listRoute = createRoute({
  method: "get",
  path: "/v1/collections",
  operationId: "listCollections",
  tags: COLLECTIONS,
  summary: "List the collections",
  responses: {
    ...answer(
      "The collections, by name.",
      z.strictObject({ object: z.literal("list"), data: z.array(collectionSchema) })
        .openapi("CollectionList"),
    ),
    ...problems(500, 503),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/collections/{name}",
  operationId: "getCollection",
  tags: COLLECTIONS,
  summary: "Describe a collection",
  request: { params: ofCollection },
  responses: { ...answer("The collection.", collectionSchema), ...problems(400, 404, 500, 503) },
});

const dropRoute = createRoute({
  method: "delete",
  path: "/v1/collections/{name}",
  operationId: "deleteCollection",
  tags: COLLECTIONS,
  summary: "Delete a collection and all its items",
  request: { params: ofCollection },
  responses: { ...answer("It is deleted.", deletedSchema), ...problems(400, 404, 500, 503) },
});

/**
 * `/v1/collections`: the collections themselves; their first items make them.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function collectionsRoutes({ collections }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRoute, async (c) => {
      const data = (await collections.list()).map(describedCollection);
      return c.json({ object: "list" as const, data }, 200);
    })
    .openapi(getRoute, async (c) => {
      const { name } = c.req.valid("param");
      return c.json(describedCollection(await collections.get(name)), 200);
    })
    .openapi(dropRoute, async (c) => {
      const { name } = c.req.valid("param");
      await collections.drop(name);
      return c.json(
        { object: "collection.deleted" as const, id: name, deleted: true as const },
        200,
      );
    });
}

function describedCollection(info: CollectionInfo): z.input<typeof collectionSchema> {
  const { name, encoder: model, dimension, count, createdAt } = info;
  return { object: "collection", name, model, dimension, count, created_at: seconds(createdAt) };
}
