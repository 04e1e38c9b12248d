import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Alias } from "../../src/encoders/aliases.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import { seconds } from "../requests/values.ts";
import type { AppEnv, Services } from "../services.ts";
import { classifierName, classifierReference, CLASSIFIERS } from "./classifier_schema.ts";
import { namedHere } from "./named_here.ts";

const path = "/v1/classifier-aliases/{alias}";

const aliasSchema = z.strictObject({
  object: z.literal("classifier.alias"),
  alias: z.string().openapi({ example: "production" }),
  classifier: z.string().openapi({
    description: "The version it points to, `NAME@VERSION`.",
    example: "pets@2",
  }),
  updated_at: z.int().openapi({ description: "When it was set, in seconds since 1970." }),
}).openapi("ClassifierAlias");

const ofAlias = z.strictObject({
  alias: classifierName.openapi({
    description: "A name that no classifier has.",
    example: "production",
  }),
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/classifier-aliases",
  operationId: "listClassifierAliases",
  tags: CLASSIFIERS,
  summary: "List the aliases of classifiers",
  ...needs("read"),
  responses: {
    ...answer(
      "The aliases, by name.",
      z.strictObject({ object: z.literal("list"), data: z.array(aliasSchema) })
        .openapi("ClassifierAliasList"),
    ),
    ...problems(...ALWAYS),
  },
});

const setRoute = createRoute({
  method: "put",
  path,
  operationId: "setClassifierAlias",
  tags: CLASSIFIERS,
  summary: "Point an alias to a version of a classifier",
  description:
    "Its model is loaded and warmed first; then the alias answers with it at once, images too.",
  ...needs("train"),
  request: {
    params: ofAlias,
    ...body(
      z.strictObject({
        classifier: classifierReference.openapi({
          description:
            "`NAME@VERSION`, `NAME` for the version that is newest now, or another alias.",
          example: "pets@2",
        }),
      }).openapi("ClassifierAliasRequest"),
    ),
  },
  responses: {
    ...answer("Where it points now.", aliasSchema),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path,
  operationId: "deleteClassifierAlias",
  tags: CLASSIFIERS,
  summary: "Delete an alias of a classifier",
  ...needs("train"),
  request: { params: ofAlias },
  responses: {
    ...answer(
      "It is deleted; the classifier stays.",
      z.strictObject({
        object: z.literal("classifier.alias"),
        alias: z.string(),
        deleted: z.literal(true),
      }).openapi("DeletedClassifierAlias"),
    ),
    ...problems(...ALWAYS, 400, 404),
  },
});

/**
 * `/v1/classifier-aliases`: names such as `production` that are switched from version to version.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function classifierAliasesRoutes(
  { classifiers, encoders }: Services,
): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRoute, async (c) => {
      const data = (await classifiers.aliases()).map(described);
      return c.json({ object: "list" as const, data }, 200);
    })
    .openapi(setRoute, async (c) => {
      const { alias } = c.req.valid("param");
      const { manifest } = await classifiers.load(c.req.valid("json").classifier);
      const { name, version, encoder: model, layer } = manifest;
      const set = await encoders.use(
        { model, layer },
        () => classifiers.setAlias(alias, `${name}@${version}`),
      ).catch(namedHere({ model: "classifier" }));
      return c.json(described(set), 200);
    })
    .openapi(deleteRoute, async (c) => {
      const { alias } = c.req.valid("param");
      await classifiers.removeAlias(alias);
      return c.json({ object: "classifier.alias" as const, alias, deleted: true as const }, 200);
    });
}

function described({ alias, reference, updatedAt }: Alias): z.input<typeof aliasSchema> {
  return {
    object: "classifier.alias",
    alias,
    classifier: reference,
    updated_at: seconds(updatedAt),
  };
}
