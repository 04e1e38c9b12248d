import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { modelReference } from "../models.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import {
  collectionSchema,
  describedCollection,
  describedReembedding,
  reembeddingSchema,
} from "./collection_schema.ts";
import { encoderOf } from "./encoder_of.ts";
import { COLLECTIONS, ofCollection } from "./schemas.ts";

const path = "/v1/collections/{name}/reembedding";

const beginRoute = createRoute({
  method: "put",
  path,
  operationId: "beginReembedding",
  tags: COLLECTIONS,
  summary: "Embed a collection anew with another model",
  description:
    "Runs behind, and goes on after a restart. The old vectors serve until all new ones are there; " +
    "then all are switched at once. It needs every item's original image.",
  ...needs("write"),
  request: {
    params: ofCollection,
    ...body(
      z.strictObject({ model: modelReference })
        .openapi("ReembeddingRequest", { example: { model: "shapes@2" } }),
    ),
  },
  responses: {
    ...answer("The collection as it is now.", collectionSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

const getRoute = createRoute({
  method: "get",
  path,
  operationId: "getReembedding",
  tags: COLLECTIONS,
  summary: "See how far a collection is on its way to another model",
  description: "One that was never begun, or was cancelled, is done: at the model that it has.",
  ...needs("read"),
  request: { params: ofCollection },
  responses: { ...answer("How far it is.", reembeddingSchema), ...problems(...ALWAYS, 400, 404) },
});

const cancelRoute = createRoute({
  method: "delete",
  path,
  operationId: "cancelReembedding",
  tags: COLLECTIONS,
  summary: "Leave a collection with the model that it has",
  ...needs("write"),
  request: { params: ofCollection },
  responses: {
    ...answer("The collection as it is now, without any new vectors.", collectionSchema),
    ...problems(...ALWAYS, 400, 404),
  },
});

/**
 * `/v1/collections/{name}/reembedding`: a collection's way to another model.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function reembeddingRoutes(
  { collections, encoders, reembedder }: Services,
): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(beginRoute, async (c) => {
      const { name } = c.req.valid("param");
      const target = await encoderOf(encoders, c.req.valid("json").model);
      return c.json(describedCollection(await reembedder.begin(name, target)), 200);
    })
    .openapi(getRoute, async (c) => {
      const { name } = c.req.valid("param");
      return c.json(describedReembedding(await collections.get(name)), 200);
    })
    .openapi(cancelRoute, async (c) => {
      const { name } = c.req.valid("param");
      await reembedder.cancel(name);
      return c.json(describedCollection(await collections.get(name)), 200);
    });
}
