import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { boundedList } from "../requests/bounded.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { describedItem, itemSchema } from "./item_schema.ts";
import { afterParameter, flagParameter, nextPage, wholeParameter } from "./query_parameters.ts";
import {
  COLLECTIONS,
  deletedSchema,
  itemId,
  labelInput,
  metadataInput,
  ofCollection,
  ofItem,
} from "./schemas.ts";
import { upsertItemsRoutes } from "./upsert_items.ts";

/** Numbers of the vectors in one page: some 20 MB of JSON. */
const MOST_NUMBERS = 2 ** 20;

const path = "/v1/collections/{name}/items/{id}";

const getItemRoute = createRoute({
  method: "get",
  path,
  operationId: "getItem",
  tags: COLLECTIONS,
  summary: "Get an item, with its vector",
  ...needs("read"),
  request: { params: ofItem },
  responses: { ...answer("The item.", itemSchema), ...problems(...ALWAYS, 400, 404) },
});

const patchRoute = createRoute({
  method: "patch",
  path,
  operationId: "updateItem",
  tags: COLLECTIONS,
  summary: "Change an item's label or metadata",
  description: "Its vector and image stay: what is to have another image is added again.",
  ...needs("write"),
  request: {
    params: ofItem,
    ...body(
      z.strictObject({
        label: labelInput.nullable().optional().openapi({ description: "null for none." }),
        metadata: metadataInput.optional().openapi({
          description: "A JSON merge patch (RFC 7396): null removes a field, the rest stays.",
        }),
      }).refine((changes) => Object.keys(changes).length > 0, {
        error: () => "must have label or metadata",
      }).openapi("ItemPatch", {
        minProperties: 1,
        example: { label: "square", metadata: { camera: null } },
      }),
    ),
  },
  responses: {
    ...answer("The item as it is now.", itemSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404),
  },
});

const removeRoute = createRoute({
  method: "delete",
  path,
  operationId: "deleteItem",
  tags: COLLECTIONS,
  summary: "Delete an item",
  ...needs("write"),
  request: { params: ofItem },
  responses: { ...answer("It is deleted.", deletedSchema), ...problems(...ALWAYS, 400, 404) },
});

/**
 * `/v1/collections/{name}/items`: what a collection has, and adding to it.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function itemsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { collections, limits } = services;
  const most = limits.maxResults;

  const listItemsRoute = createRoute({
    method: "get",
    path: "/v1/collections/{name}/items",
    operationId: "listItems",
    tags: COLLECTIONS,
    summary: "List the items",
    description:
      "In the order in which they were added: who follows `next` sees each item once, whatever is " +
      "written meanwhile. With vectors a page may be shorter than `limit`.",
    ...needs("read"),
    request: {
      params: ofCollection,
      query: z.strictObject({
        limit: wholeParameter({ min: 1, max: most, unlessGiven: Math.min(100, most) })
          .openapi({ description: "How many to list." }),
        after: afterParameter,
        label: labelInput.optional().openapi({ description: "Only items of this class." }),
        vectors: flagParameter.openapi({ description: "Whether their vectors are listed too." }),
      }),
    },
    responses: {
      ...answer(
        "A page of items.",
        z.strictObject({ object: z.literal("list"), data: z.array(itemSchema), next: nextPage })
          .openapi("ItemPage"),
      ),
      ...problems(...ALWAYS, 400, 404),
    },
  });

  const removeManyRoute = createRoute({
    method: "post",
    path: "/v1/collections/{name}/items/delete",
    operationId: "deleteItems",
    tags: COLLECTIONS,
    summary: "Delete many items",
    ...needs("write"),
    request: {
      params: ofCollection,
      ...body(
        z.strictObject({ ids: boundedList(itemId, { max: most }) }).openapi("ItemDeletion", {
          example: { ids: ["train/circle/0000", "train/circle/0001"] },
        }),
      ),
    },
    responses: {
      ...answer(
        "They are not there any more.",
        z.strictObject({
          object: z.literal("collection.items.deleted"),
          deleted: z.int().openapi({ description: "How many were there." }),
        }).openapi("DeletedItems", { example: { object: "collection.items.deleted", deleted: 2 } }),
      ),
      ...problems(...ALWAYS, ...OF_BODIES, 404),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .route("/", upsertItemsRoutes(services))
    .openapi(listItemsRoute, async (c) => {
      const { name } = c.req.valid("param");
      const { vectors, limit, ...page } = c.req.valid("query");
      const { dimension } = await collections.get(name);
      const most = vectors ? Math.max(1, Math.floor(MOST_NUMBERS / dimension)) : limit;
      const { items, next } = await collections.items(name, {
        limit: Math.min(limit, most),
        ...page,
      });
      const data = items.map((item) => describedItem(item, { vectors }));
      return c.json({ object: "list" as const, data, next }, 200);
    })
    .openapi(getItemRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      return c.json(describedItem(await collections.item(name, id), { vectors: true }), 200);
    })
    .openapi(patchRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      const item = await collections.patch(name, id, c.req.valid("json"));
      return c.json(describedItem(item, { vectors: true }), 200);
    })
    .openapi(removeRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      if (await collections.remove(name, [id]) === 0) await collections.item(name, id); // says what is missing
      return c.json(
        { object: "collection.item.deleted" as const, id, deleted: true as const },
        200,
      );
    })
    .openapi(removeManyRoute, async (c) => {
      const { name } = c.req.valid("param");
      const deleted = await collections.remove(name, c.req.valid("json").ids);
      return c.json({ object: "collection.items.deleted" as const, deleted }, 200);
    });
}
