import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Alias } from "../src/encoders/aliases.ts";
import { seconds } from "./requests/values.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "./requests/declare.ts";
import { modelReference, MODELS } from "./models.ts";
import { needs } from "./requests/needs.ts";
import type { AppEnv, Services } from "./services.ts";

const aliasSchema = z.strictObject({
  object: z.literal("alias"),
  alias: z.string().openapi({ example: "production" }),
  model: z.string().openapi({
    description: "The version it points to, `NAME@VERSION`.",
    example: "shapes@2",
  }),
  updated_at: z.int().openapi({ description: "When it was set, in seconds since 1970." }),
}).openapi("Alias");

const ofAlias = z.strictObject({
  alias: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, {
    error: () =>
      'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
  }).openapi({ description: "A name that no encoder has.", example: "production" }),
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/aliases",
  operationId: "listAliases",
  tags: MODELS,
  summary: "List the aliases of models",
  ...needs("read"),
  responses: {
    ...answer(
      "The aliases, by name.",
      z.strictObject({ object: z.literal("list"), data: z.array(aliasSchema) })
        .openapi("AliasList"),
    ),
    ...problems(...ALWAYS),
  },
});

const setRoute = createRoute({
  method: "put",
  path: "/v1/aliases/{alias}",
  operationId: "setAlias",
  tags: MODELS,
  summary: "Point an alias to a version of a model",
  description:
    "The version is loaded and warmed first; then the alias answers with it at once. What the " +
    "version before computes is finished.",
  ...needs("train"),
  request: {
    params: ofAlias,
    ...body(
      z.strictObject({
        model: modelReference.openapi({
          description:
            "`NAME@VERSION`, `NAME` for the version that is newest now, or another alias.",
          example: "shapes@2",
        }),
      }).openapi("AliasRequest"),
    ),
  },
  responses: {
    ...answer("Where it points now.", aliasSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/v1/aliases/{alias}",
  operationId: "deleteAlias",
  tags: MODELS,
  summary: "Delete an alias",
  ...needs("train"),
  request: { params: ofAlias },
  responses: {
    ...answer(
      "It is deleted; the model stays.",
      z.strictObject({ object: z.literal("alias"), alias: z.string(), deleted: z.literal(true) })
        .openapi("DeletedAlias"),
    ),
    ...problems(...ALWAYS, 400, 404),
  },
});

/**
 * `/v1/aliases`: names such as `production` that are switched from version to version.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function aliasesRoutes({ encoders }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRoute, async (c) => {
      const data = (await encoders.aliases()).map(described);
      return c.json({ object: "list" as const, data }, 200);
    })
    .openapi(setRoute, async (c) => {
      const { alias } = c.req.valid("param");
      return c.json(described(await encoders.setAlias(alias, c.req.valid("json").model)), 200);
    })
    .openapi(deleteRoute, async (c) => {
      const { alias } = c.req.valid("param");
      await encoders.removeAlias(alias);
      return c.json({ object: "alias" as const, alias, deleted: true as const }, 200);
    });
}

function described({ alias, reference, updatedAt }: Alias): z.input<typeof aliasSchema> {
  return { object: "alias", alias, model: reference, updated_at: seconds(updatedAt) };
}
