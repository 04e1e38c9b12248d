import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { normalize } from "../src/embed/normalize.ts";
import { boundedList } from "./bounded.ts";
import { answer, problems } from "./declare.ts";
import { EXAMPLE_IMAGE, imageFile, imageInput } from "./image_input.ts";
import { modelReference } from "./models.ts";
import { FORM_TYPE, JSON_TYPE, parseBody } from "./parse_body.ts";
import type { AppEnv, Services } from "./services.ts";

const embeddingSchema = z.strictObject({
  object: z.literal("embedding"),
  index: z.int().openapi({ description: "The image's place in `input`." }),
  embedding: z.union([z.array(z.number()), z.base64()]).openapi({
    description:
      "Numbers, or the base64 of little-endian float32 values, as `encoding_format` asks.",
  }),
}).openapi("Embedding");

const responseSchema = z.strictObject({
  object: z.literal("list"),
  data: z.array(embeddingSchema),
  model: z.string().openapi({ description: "The version that answered, `NAME@VERSION`." }),
  usage: z.strictObject({
    images: z.int(),
    prompt_tokens: z.literal(0),
    total_tokens: z.literal(0),
  }).openapi({ description: "Images have no tokens; OpenAI's clients expect the fields." }),
}).openapi("EmbeddingsResponse");

/** A single value as a list of one. */
const listed = (value: unknown) => value === undefined || Array.isArray(value) ? value : [value];

/**
 * `POST /v1/embeddings`: images to vectors, in OpenAI's shape or as a form.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function embeddingsRoutes({ encoders, limits }: Services): OpenAPIHono<AppEnv> {
  const many = { max: limits.maxImages };
  const encodingFormat = z.enum(["float", "base64"], {
    error: () => 'must be "float" or "base64"',
  }).default("float");
  const jsonSchema = z.strictObject({
    model: modelReference,
    input: z.preprocess(listed, boundedList(imageInput, many)).openapi({
      type: ["array", "string"],
      items: { type: "string" },
      minItems: 1,
      maxItems: limits.maxImages,
      description:
        "Image files in base64, or data: URIs of them: JPEG, PNG, WebP, GIF, TIFF or AVIF. " +
        "A single one may be given without a list.",
      example: [EXAMPLE_IMAGE],
    }),
    encoding_format: encodingFormat,
    normalize: z.boolean().default(true).openapi({
      description: "Whether each embedding is scaled to length 1.",
    }),
  }).openapi("EmbeddingsRequest");
  const formSchema = z.strictObject({
    model: modelReference,
    input: z.preprocess(listed, boundedList(imageFile, many)).openapi({
      description: "The images; the field is given once for each.",
    }),
    encoding_format: encodingFormat,
    normalize: z.enum(["true", "false"], { error: () => 'must be "true" or "false"' })
      .default("true").transform((text) => text === "true"),
  }).openapi("EmbeddingsForm");

  const route = createRoute({
    method: "post",
    path: "/v1/embeddings",
    operationId: "createEmbeddings",
    tags: ["Embeddings"],
    summary: "Embed images",
    request: {
      body: {
        required: true,
        content: { [JSON_TYPE]: { schema: jsonSchema }, [FORM_TYPE]: { schema: formSchema } },
      },
    },
    responses: {
      ...answer("An embedding for each image, in order.", responseSchema),
      ...problems(400, 404, 408, 413, 415, 429, 500, 503),
    },
  });

  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(route);
  // The validators of zod-openapi would hold a form to the JSON's schema as well, so the body is read here.
  return app.openapi({ ...route, request: {}, hide: true }, async (c) => {
    const { model, input, ...request } = await parseBody(c, {
      json: jsonSchema,
      form: formSchema,
    });
    const encoder = encoders.find(model);
    const vectors = await encoder.embed(input, { signal: c.var.signal });
    const data = vectors.map((vector, index) => {
      const embedding = written(request.normalize ? normalize(vector) : vector, request);
      return { object: "embedding" as const, index, embedding };
    });
    const usage = { images: input.length, prompt_tokens: 0 as const, total_tokens: 0 as const };
    return c.json({ object: "list" as const, data, model: encoder.reference, usage }, 200);
  });
}

function written(vector: Float32Array, { encoding_format }: { encoding_format: string }) {
  if (encoding_format === "float") return Array.from(vector);
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength).toBase64();
}
