import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { StoredItem } from "../src/collections/collections.ts";
import { boundedList } from "./bounded.ts";
import {
  COLLECTIONS,
  deletedSchema,
  itemId,
  metadataSchema,
  ofCollection,
  seconds,
  vectorInput,
} from "./collection_schemas.ts";
import { vectorsOf } from "./collection_vectors.ts";
import { imageInput } from "./image_input.ts";
import { modelReference } from "./models.ts";
import { answer, body, problems } from "./declare.ts";
import type { AppEnv, Services } from "./services.ts";

/** Deeper objects could overflow the stack of whoever reads them. */
const DEEPEST_METADATA = 32;

const ofItem = ofCollection.extend({ id: itemId });

const itemSchema = z.strictObject({
  object: z.literal("collection.item"),
  id: z.string(),
  vector: z.array(z.number()).openapi({ description: "Of length 1." }),
  metadata: metadataSchema,
  created_at: z.int(),
  updated_at: z.int(),
}).openapi("Item");

const upsertedSchema = z.strictObject({
  object: z.literal("collection.upserted"),
  inserted: z.int().openapi({ description: "Items that are new." }),
  updated: z.int().openapi({ description: "Items that were replaced." }),
}).openapi("Upserted");

const getItemRoute = createRoute({
  method: "get",
  path: "/v1/collections/{name}/items/{id}",
  operationId: "getItem",
  tags: COLLECTIONS,
  summary: "Get an item",
  request: { params: ofItem },
  responses: { ...answer("The item.", itemSchema), ...problems(400, 404, 500, 503) },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/v1/collections/{name}/items/{id}",
  operationId: "deleteItem",
  tags: COLLECTIONS,
  summary: "Delete an item",
  request: { params: ofItem },
  responses: { ...answer("It is deleted.", deletedSchema), ...problems(400, 404, 500, 503) },
});

/**
 * `/v1/collections/{name}/items`: images and vectors under names of the caller's own.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function itemsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { collections, limits } = services;

  const upsertRoute = createRoute({
    method: "put",
    path: "/v1/collections/{name}/items",
    operationId: "upsertItems",
    tags: COLLECTIONS,
    summary: "Add items, or replace those with the same ids",
    description:
      "All or none. The first items make the collection and fix its model and dimension.",
    request: {
      params: ofCollection,
      ...body(
        z.strictObject({
          model: modelReference.optional().openapi({
            description:
              "What embeds the images, or made the vectors; unless given, the collection's.",
          }),
          items: boundedList(
            z.strictObject({
              id: itemId,
              image: imageInput.optional(),
              vector: vectorInput.optional(),
              metadata: metadataSchema.default({}).refine(
                (value) => depth(value) <= DEEPEST_METADATA,
                {
                  error: () => `must be nested at most ${DEEPEST_METADATA} deep`,
                },
              ),
            }).refine(({ image, vector }) => (image === undefined) !== (vector === undefined), {
              error: () => "must have either image or vector",
            }).openapi({ oneOf: [{ required: ["image"] }, { required: ["vector"] }] }),
            { max: limits.maxImages },
          ),
        }).openapi("UpsertRequest"),
      ),
    },
    responses: {
      ...answer("They are kept, and will be after a crash.", upsertedSchema),
      ...problems(400, 404, 408, 409, 413, 415, 429, 500, 503),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(getItemRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      return c.json(describedItem(await collections.item(name, id)), 200);
    })
    .openapi(removeRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      if (await collections.remove(name, [id]) === 0) await collections.item(name, id); // says what is missing
      return c.json(
        { object: "collection.item.deleted" as const, id, deleted: true as const },
        200,
      );
    })
    .openapi(upsertRoute, async (c) => {
      const { name } = c.req.valid("param");
      const { model, items } = c.req.valid("json");
      const { encoder, vectors } = await vectorsOf(services, {
        name,
        model,
        items,
        signal: c.var.signal,
      });
      const counts = await collections.upsert(name, {
        encoder,
        items: items.map(({ id, metadata }, at) => ({ id, metadata, vector: vectors[at] })),
      });
      return c.json({ object: "collection.upserted" as const, ...counts }, 200);
    });
}

function describedItem(item: StoredItem): z.input<typeof itemSchema> {
  return {
    object: "collection.item",
    id: item.id,
    vector: Array.from(item.vector),
    metadata: item.metadata,
    created_at: seconds(item.createdAt),
    updated_at: seconds(item.updatedAt),
  };
}

/** How deep a JSON value is nested, as far as it matters. */
function depth(value: unknown, above = 0): number {
  if (typeof value !== "object" || value === null || above > DEEPEST_METADATA) return above;
  return Math.max(above + 1, ...Object.values(value).map((inner) => depth(inner, above + 1)));
}
