import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import {
  collectionSchema,
  creationSchema,
  describedCollection,
  index,
} from "./collection_schema.ts";
import { encoderOf } from "./encoder_of.ts";
import { COLLECTIONS, deletedSchema, ofCollection } from "./schemas.ts";

const createCollectionRoute = createRoute({
  method: "post",
  path: "/v1/collections",
  operationId: "createCollection",
  tags: COLLECTIONS,
  summary: "Make a collection",
  description: "With the usual settings it need not be made: its first items make it.",
  ...needs("write"),
  request: body(creationSchema),
  responses: {
    ...answer("It is there, without items.", collectionSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/collections",
  operationId: "listCollections",
  tags: COLLECTIONS,
  summary: "List the collections",
  ...needs("read"),
  responses: {
    ...answer(
      "The collections, by name.",
      z.strictObject({ object: z.literal("list"), data: z.array(collectionSchema) })
        .openapi("CollectionList"),
    ),
    ...problems(...ALWAYS),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/collections/{name}",
  operationId: "getCollection",
  tags: COLLECTIONS,
  summary: "Describe a collection",
  ...needs("read"),
  request: { params: ofCollection },
  responses: { ...answer("The collection.", collectionSchema), ...problems(...ALWAYS, 400, 404) },
});

const updateRoute = createRoute({
  method: "patch",
  path: "/v1/collections/{name}",
  operationId: "updateCollection",
  tags: COLLECTIONS,
  summary: "Change how a collection is searched",
  ...needs("write"),
  request: {
    params: ofCollection,
    ...body(z.strictObject({ index }).openapi("CollectionPatch", { example: { index: "hnsw" } })),
  },
  responses: {
    ...answer("The collection as it is now.", collectionSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404),
  },
});

const dropRoute = createRoute({
  method: "delete",
  path: "/v1/collections/{name}",
  operationId: "deleteCollection",
  tags: COLLECTIONS,
  summary: "Delete a collection and all its items",
  ...needs("write"),
  request: { params: ofCollection },
  responses: { ...answer("It is deleted.", deletedSchema), ...problems(...ALWAYS, 400, 404) },
});

/**
 * `/v1/collections`: the collections themselves.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function collectionsRoutes({ collections, encoders }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(createCollectionRoute, async (c) => {
      const { name, model, dimension, ...settings } = c.req.valid("json");
      const vectors = model === undefined
        ? { encoder: null, dimension: dimension! }
        : await encoderOf(encoders, model);
      return c.json(
        describedCollection(await collections.create(name, { ...vectors, ...settings })),
        200,
      );
    })
    .openapi(listRoute, async (c) => {
      const data = (await collections.list()).map(describedCollection);
      return c.json({ object: "list" as const, data }, 200);
    })
    .openapi(getRoute, async (c) => {
      const { name } = c.req.valid("param");
      return c.json(describedCollection(await collections.get(name)), 200);
    })
    .openapi(updateRoute, async (c) => {
      const { name } = c.req.valid("param");
      return c.json(describedCollection(await collections.update(name, c.req.valid("json"))), 200);
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
