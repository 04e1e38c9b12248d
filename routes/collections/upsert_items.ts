import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { boundedList } from "../requests/bounded.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { modelReference } from "../models.ts";
import { needs } from "../requests/needs.ts";
import { serverTiming, timed } from "../requests/server_timing.ts";
import type { AppEnv, Services } from "../services.ts";
import { embedItems } from "./embed_items.ts";
import { againIfSwitched } from "./encoder_switch.ts";
import { itemInput } from "./item_schema.ts";
import { COLLECTIONS, ofCollection } from "./schemas.ts";

const upsertedSchema = z.strictObject({
  object: z.literal("collection.upserted"),
  inserted: z.int().openapi({ description: "Items that are new." }),
  updated: z.int().openapi({ description: "Items that were replaced." }),
}).openapi("Upserted", {
  example: { object: "collection.upserted", inserted: 127, updated: 1 },
});

/**
 * `PUT /v1/collections/{name}/items`: images and vectors under names of the caller's own.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function upsertItemsRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { collections, limits } = services;

  const route = createRoute({
    method: "put",
    path: "/v1/collections/{name}/items",
    operationId: "upsertItems",
    tags: COLLECTIONS,
    summary: "Add items, or replace those with the same ids",
    description:
      "All or none. A collection that is not there is made, with the usual settings: then with " +
      "`model`, or with vectors of your own.",
    ...needs("write"),
    request: {
      params: ofCollection,
      ...body(
        z.strictObject({
          model: modelReference.optional().openapi({
            description:
              "What embeds the images, or made the vectors; unless given, the collection's.",
          }),
          items: boundedList(itemInput, { max: limits.maxImages }),
        }).openapi("UpsertRequest", {
          example: {
            items: [{
              id: "red.gif",
              image: "R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=",
              label: "red",
              metadata: { taken: 2024 },
            }],
          },
        }),
      ),
    },
    responses: {
      ...timed(answer("They are kept, and will be after a crash.", upsertedSchema)),
      ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
    },
  });

  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { model, items } = c.req.valid("json");
    const { timings, counts } = await againIfSwitched(async () => {
      const { signal, hold } = c.var;
      const batch = await embedItems(services, { name, model, items, signal, hold });
      return { ...batch, counts: await collections.upsert(name, batch) };
    });
    if (timings) c.header("Server-Timing", serverTiming(timings));
    return c.json({ object: "collection.upserted" as const, ...counts }, 200);
  });
}
