import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { layerDimensions } from "../src/embed/head_layer.ts";
import type { DamagedModel, SoundModel } from "../src/embed/model_info.ts";
import { LookalikeError } from "../src/errors.ts";
import { seconds } from "./requests/values.ts";
import { ALWAYS, answer, problems } from "./requests/declare.ts";
import { needs } from "./requests/needs.ts";
import type { AppEnv, Services } from "./services.ts";

/** Where the API's page shows these routes and those of aliases. */
export const MODELS = ["Models"];

/** How a request names a model. */
export const modelReference = z.string().max(128, "must have at most 128 characters").openapi({
  description: "An encoder: an alias, `NAME` for its newest version, or `NAME@VERSION`.",
  example: "shapes",
});

const anything = z.record(z.string(), z.unknown());

const modelSchema = z.strictObject({
  id: z.string().openapi({ description: "`NAME@VERSION`.", example: "shapes@1" }),
  object: z.literal("model"),
  created: z.int().openapi({ description: "When it was saved, in seconds since 1970." }),
  owned_by: z.literal("lookalike"),
  name: z.string().openapi({ example: "shapes" }),
  version: z.string().openapi({ example: "1" }),
  status: z.enum(["ready", "warming", "saved"]).openapi({
    description:
      "In memory and warm, on its way there, or on disk until somebody asks for it; each answers.",
  }),
  aliases: z.array(z.string()).openapi({ example: ["production"] }),
  dimension: z.int().openapi({ description: "The length of an embedding.", example: 512 }),
  layers: z.array(z.int()).openapi({
    description: "The length of an embedding by `layer`: that of h, then those of the head.",
    example: [512, 512, 128],
  }),
  input_size: z.int().openapi({
    description: "The side to which images are resized, in pixels.",
    example: 32,
  }),
  architecture: anything.openapi({ example: { family: "resnet18", stem: "cifar" } }),
  metrics: anything.openapi({ description: "What training and evaluation measured." }),
});

const listedSchema = modelSchema.openapi("Model");
const describedSchema = modelSchema.extend({
  preprocessing: anything.openapi({ description: "How an image becomes its input." }),
  configuration: anything.openapi({ description: "The training's resolved configuration." }),
  lineage: anything.nullable().openapi({ description: "What it was trained from, if kept." }),
  weights: z.strictObject({ bytes: z.int(), sha256: z.string() }),
  lookalike_version: z.string().openapi({ description: "What saved it." }),
}).openapi("ModelDescription");

const damagedSchema = z.strictObject({
  id: z.string(),
  aliases: z.array(z.string()),
  message: z.string().openapi({ description: "Which file, what is wrong, what to do." }),
}).openapi("DamagedModel");

const listRoute = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags: MODELS,
  summary: "List the models that are saved",
  ...needs("read"),
  responses: {
    ...answer(
      "The models, by name and version, and apart from them those whose files are damaged.",
      z.strictObject({
        object: z.literal("list"),
        data: z.array(listedSchema),
        damaged: z.array(damagedSchema),
      }).openapi("ModelList"),
    ),
    ...problems(...ALWAYS),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/models/{model}",
  operationId: "getModel",
  tags: MODELS,
  summary: "Describe a model",
  ...needs("read"),
  request: { params: z.strictObject({ model: modelReference }) },
  responses: {
    ...answer("The version that answers for that name now.", describedSchema),
    ...problems(...ALWAYS, 400, 404),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/v1/models/{model}",
  operationId: "deleteModel",
  tags: MODELS,
  summary: "Delete a version of a model for good",
  description:
    "What it computes now is finished first. Refused while an alias points to it, or a collection or " +
    "a classifier needs it. Its number is not given again.",
  ...needs("train"),
  request: {
    params: z.strictObject({
      model: modelReference.openapi({
        pattern: "@",
        description: "`NAME@VERSION`.",
        example: "shapes@1",
      }),
    }),
  },
  responses: {
    ...answer(
      "It is deleted.",
      z.strictObject({ id: z.string(), object: z.literal("model"), deleted: z.literal(true) })
        .openapi("DeletedModel"),
    ),
    ...problems(...ALWAYS, 400, 404, 409),
  },
});

/**
 * `/v1/models`: the encoders that are saved.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function modelsRoutes(
  { encoders, collections, classifiers }: Services,
): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRoute, async (c) => {
      const all = await encoders.list();
      const data = all.flatMap((one) => one.status === "damaged" ? [] : listed(one));
      const damaged = all.flatMap((one) => one.status === "damaged" ? damage(one) : []);
      return c.json({ object: "list" as const, data, damaged }, 200);
    })
    .openapi(getRoute, async (c) => {
      return c.json(described(await encoders.get(c.req.valid("param").model)), 200);
    })
    .openapi(deleteRoute, async (c) => {
      const { model } = c.req.valid("param");
      const fitted = (await classifiers.list()).manifests.filter(({ encoder }) =>
        encoder === model
      );
      const users = [
        ...(await collections.list()).filter(({ encoder, reembedding }) =>
          encoder === model || reembedding?.encoder === model
        ).map(({ name }) => `collection ${name}`),
        ...fitted.map(({ name, version }) => `classifier ${name}@${version}`),
      ];
      if (users.length > 0) throw inUse(model, users);
      await encoders.remove(model);
      return c.json({ id: model, object: "model" as const, deleted: true as const }, 200);
    });
}

function listed({ reference, manifest, status, aliases }: SoundModel): z.input<typeof modelSchema> {
  return {
    id: reference,
    object: "model",
    created: seconds(manifest.createdAt),
    owned_by: "lookalike",
    name: manifest.name,
    version: manifest.version,
    status,
    aliases,
    dimension: manifest.dimension,
    layers: layerDimensions(manifest),
    input_size: manifest.inputSize,
    architecture: manifest.architecture,
    metrics: manifest.metrics,
  };
}

function described(model: SoundModel): z.input<typeof describedSchema> {
  const { preprocessing, configuration, lineage = null, weights, lookalikeVersion } =
    model.manifest;
  return {
    ...listed(model),
    preprocessing,
    configuration,
    lineage,
    weights: { bytes: weights.bytes, sha256: weights.sha256 },
    lookalike_version: lookalikeVersion,
  };
}

function damage({ reference, aliases, reason }: DamagedModel): z.input<typeof damagedSchema> {
  return { id: reference, aliases, message: reason };
}

function inUse(model: string, users: string[]): LookalikeError {
  const [named, more] = [users.slice(0, 5).join(", "), users.length > 5 ? " and others" : ""];
  return new LookalikeError(
    "conflict",
    `Cannot delete model ${model} as no collection and no classifier must need it: ${named}${more} ` +
      `${users.length === 1 ? "does" : "do"}. Re-embed or delete what needs it first.`,
    { param: "model" },
  );
}
