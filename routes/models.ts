import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ServedEncoder } from "../src/embed/served_encoder.ts";
import { answer, problems } from "./declare.ts";
import type { AppEnv, Services } from "./services.ts";

/** How a request names a model. */
export const modelReference = z.string().max(128, "must have at most 128 characters").openapi({
  description: "An encoder: `NAME` for its newest version, or `NAME@VERSION`.",
  example: "shapes",
});

const modelSchema = z.strictObject({
  id: z.string().openapi({ description: "`NAME@VERSION`." }),
  object: z.literal("model"),
  created: z.int().openapi({ description: "When it was saved, in seconds since 1970." }),
  owned_by: z.literal("lookalike"),
  name: z.string(),
  version: z.string(),
  dimension: z.int().openapi({ description: "The length of an embedding." }),
  input_size: z.int().openapi({ description: "The side to which images are resized, in pixels." }),
  architecture: z.record(z.string(), z.unknown()),
  metrics: z.record(z.string(), z.unknown()).openapi({
    description: "What training and evaluation measured.",
  }),
}).openapi("Model");

const listRoute = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags: ["Models"],
  summary: "List the models that are served",
  responses: {
    ...answer(
      "The models, by name and version.",
      z.strictObject({ object: z.literal("list"), data: z.array(modelSchema) })
        .openapi("ModelList"),
    ),
    ...problems(503),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/models/{model}",
  operationId: "getModel",
  tags: ["Models"],
  summary: "Describe a model",
  request: { params: z.strictObject({ model: modelReference }) },
  responses: { ...answer("The model.", modelSchema), ...problems(400, 404, 500, 503) },
});

/**
 * `GET /v1/models` and `GET /v1/models/{model}`: the encoders that are served.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function modelsRoutes({ encoders }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(
      listRoute,
      (c) => c.json({ object: "list" as const, data: encoders.list().map(described) }, 200),
    )
    .openapi(getRoute, (c) => c.json(described(encoders.find(c.req.valid("param").model)), 200));
}

function described({ reference, manifest }: ServedEncoder): z.input<typeof modelSchema> {
  return {
    id: reference,
    object: "model",
    created: Math.floor(Date.parse(manifest.createdAt) / 1000),
    owned_by: "lookalike",
    name: manifest.name,
    version: manifest.version,
    dimension: manifest.dimension,
    input_size: manifest.inputSize,
    architecture: manifest.architecture,
    metrics: manifest.metrics,
  };
}
