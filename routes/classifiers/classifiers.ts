import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ClassifierManifest } from "../../src/classifiers/classifiers.ts";
import type { Alias } from "../../src/encoders/aliases.ts";
import { wholeParameter } from "../collections/query_parameters.ts";
import { ALWAYS, answer, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import {
  classifierReference,
  CLASSIFIERS,
  describedClassifier,
  describedSchema,
  listedClassifier,
  listedSchema,
} from "./classifier_schema.ts";
import { knownAliases } from "./known_aliases.ts";

const path = "/v1/classifiers/{classifier}";

const damagedSchema = z.strictObject({
  id: z.string(),
  aliases: z.array(z.string()),
  message: z.string().openapi({ description: "Which file, what is wrong, what to do." }),
}).openapi("DamagedClassifier");

const listRoute = createRoute({
  method: "get",
  path: "/v1/classifiers",
  operationId: "listClassifiers",
  tags: CLASSIFIERS,
  summary: "List the classifiers that are saved",
  ...needs("read"),
  request: {
    query: z.strictObject({
      limit: wholeParameter({ min: 1, max: 100, unlessGiven: 20 })
        .openapi({ description: "How many to list." }),
      after: classifierReference.optional().openapi({
        description: "The `last_id` of the page before; the first page has none.",
        example: undefined,
      }),
    }),
  },
  responses: {
    ...answer(
      "The classifiers, by name and the oldest first, and apart from them all whose files are " +
        "damaged.",
      z.strictObject({
        object: z.literal("list"),
        data: z.array(listedSchema),
        has_more: z.boolean(),
        first_id: z.string().nullable(),
        last_id: z.string().nullable(),
        damaged: z.array(damagedSchema),
      }).openapi("ClassifierList"),
    ),
    ...problems(...ALWAYS, 400),
  },
});

const getRoute = createRoute({
  method: "get",
  path,
  operationId: "getClassifier",
  tags: CLASSIFIERS,
  summary: "Describe a classifier",
  ...needs("read"),
  request: { params: z.strictObject({ classifier: classifierReference }) },
  responses: {
    ...answer("The version that answers for that name now.", describedSchema),
    ...problems(...ALWAYS, 400, 404),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path,
  operationId: "deleteClassifier",
  tags: CLASSIFIERS,
  summary: "Delete a version of a classifier for good",
  description: "Refused while an alias points to it. Its number is not given again.",
  ...needs("train"),
  request: {
    params: z.strictObject({
      classifier: classifierReference.openapi({
        pattern: "@",
        description: "`NAME@VERSION`.",
        example: "pets@1",
      }),
    }),
  },
  responses: {
    ...answer(
      "It is deleted.",
      z.strictObject({ id: z.string(), object: z.literal("classifier"), deleted: z.literal(true) })
        .openapi("DeletedClassifier"),
    ),
    ...problems(...ALWAYS, 400, 404, 409),
  },
});

/**
 * `/v1/classifiers`: the classifiers that are saved.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function classifiersRoutes({ classifiers }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRoute, async (c) => {
      const { limit, after } = c.req.valid("query");
      const [{ manifests, damaged }, aliases] = await Promise.all([
        classifiers.list(),
        knownAliases(classifiers),
      ]);
      const rest = manifests.slice(placeBehind(manifests, after));
      const data = rest.slice(0, limit).map((manifest) =>
        listedClassifier({ manifest, aliases: aliasesOf(idOf(manifest), aliases) })
      );
      const ids = { first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null };
      return c.json({
        object: "list" as const,
        data,
        has_more: rest.length > limit,
        ...ids,
        damaged: damaged.map(({ reference: id, reason: message }) => ({
          id,
          aliases: aliasesOf(id, aliases),
          message,
        })),
      }, 200);
    })
    .openapi(getRoute, async (c) => {
      const { manifest } = await classifiers.load(c.req.valid("param").classifier);
      const aliases = aliasesOf(idOf(manifest), await knownAliases(classifiers));
      return c.json(describedClassifier({ manifest, aliases }), 200);
    })
    .openapi(deleteRoute, async (c) => {
      const { classifier: id } = c.req.valid("param");
      await classifiers.remove(id);
      return c.json({ id, object: "classifier" as const, deleted: true as const }, 200);
    });
}

function idOf({ name, version }: ClassifierManifest): string {
  return `${name}@${version}`;
}

function aliasesOf(id: string, aliases: Alias[]): string[] {
  return aliases.filter(({ reference }) => reference === id).map(({ alias }) => alias);
}

/** Where a page begins behind another's last, also where that was deleted meanwhile. */
function placeBehind(manifests: ClassifierManifest[], after?: string): number {
  if (after === undefined) return 0;
  const [name, version = "0"] = after.split("@");
  const place = manifests.findIndex((one) =>
    one.name > name || one.name === name && Number(one.version) > Number(version)
  );
  return place < 0 ? manifests.length : place;
}
