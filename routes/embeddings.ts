import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { normalize } from "../src/embed/normalize.ts";
import type { ServedEncoder } from "../src/embed/served_encoder.ts";
import { LookalikeError } from "../src/errors.ts";
import { boundedList } from "./requests/bounded.ts";
import { answer, problems } from "./requests/declare.ts";
import { EXAMPLE_IMAGE, imageFile, imageInput } from "./requests/image_input.ts";
import { modelReference } from "./models.ts";
import { needs } from "./requests/needs.ts";
import { FORM_TYPE, JSON_TYPE, parseBody } from "./requests/parse_body.ts";
import { readImages } from "./requests/read_images.ts";
import { serverTiming, timed } from "./requests/server_timing.ts";
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

/** A whole number in a form, where all is text. */
const digits = z.string().regex(/^\d{1,6}$/, { error: () => "must be a whole number" })
  .transform(Number).openapi({ type: "integer", minimum: 0 });

const DIMENSIONS =
  "The length of an embedding. Encoders are not trained to be shortened, so it must be what the " +
  "model has: others are refused.";
const LAYER = "What is returned: 0 for h, the encoder's own output, or a layer of the " +
  "projection head it was trained with, from 1.";

/**
 * `POST /v1/embeddings`: images to vectors, in OpenAI's shape or as a form.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function embeddingsRoutes({ encoders, fetchImage, limits }: Services): OpenAPIHono<AppEnv> {
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
        "Image files in base64, data: URIs of them, or, where the service allows it, https " +
        "addresses: JPEG, PNG, WebP, GIF, TIFF or AVIF. A single one may be given without a list.",
      example: [EXAMPLE_IMAGE],
    }),
    encoding_format: encodingFormat,
    dimensions: z.int().min(1).optional().openapi({ description: DIMENSIONS }),
    layer: z.int().min(0).default(0).openapi({ description: LAYER }),
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
    dimensions: digits.optional().openapi({ minimum: 1, description: DIMENSIONS }),
    layer: digits.default(0).openapi({ default: 0, description: LAYER }),
    normalize: z.enum(["true", "false"], { error: () => 'must be "true" or "false"' })
      .default("true").transform((text) => text === "true"),
  }).openapi("EmbeddingsForm");

  const route = createRoute({
    method: "post",
    path: "/v1/embeddings",
    operationId: "createEmbeddings",
    tags: ["Embeddings"],
    summary: "Embed images",
    ...needs("read"),
    request: {
      body: {
        required: true,
        content: { [JSON_TYPE]: { schema: jsonSchema }, [FORM_TYPE]: { schema: formSchema } },
      },
    },
    responses: {
      ...timed(answer("An embedding for each image, in order.", responseSchema)),
      ...problems(400, 401, 403, 404, 408, 413, 415, 429, 500, 503, 504),
    },
  });

  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(route);
  // The validators of zod-openapi would hold a form to the JSON's schema as well, so the body is read here.
  return app.openapi({ ...route, request: {}, hide: true }, async (c) => {
    const { model, layer, input, ...request } = await parseBody(c, {
      json: jsonSchema,
      form: formSchema,
    });
    const { signal, hold } = c.var;
    const files = await readImages(input, { fetchImage, signal, hold });
    const { reference, vectors, timings } = await encoders.use(
      { model, layer },
      async (encoder) => {
        checkDimensions(encoder, request.dimensions);
        return { reference: encoder.reference, ...await encoder.embed(files, { signal }) };
      },
    );
    const data = vectors.map((vector, index) => {
      const unit = normalize(vector); // always, as it finds what is not finite
      const embedding = written(request.normalize ? unit : vector, request.encoding_format);
      return { object: "embedding" as const, index, embedding };
    });
    const usage = { images: files.length, prompt_tokens: 0 as const, total_tokens: 0 as const };
    c.header("Server-Timing", serverTiming(timings));
    return c.json({ object: "list" as const, data, model: reference, usage }, 200);
  });
}

function checkDimensions({ reference, dimension }: ServedEncoder, asked = dimension): void {
  if (asked === dimension) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot answer with ${asked} dimensions as those of ${reference} must be ${dimension}: it was ` +
      "not trained to be shortened.",
    { param: "dimensions" },
  );
}

function written(vector: Float32Array, format: "float" | "base64"): number[] | string {
  if (format === "float") return Array.from(vector);
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength).toBase64();
}
