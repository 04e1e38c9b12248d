import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { predict, type Predictions } from "../../src/classifiers/predict.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import { serverTiming, timed } from "../requests/server_timing.ts";
import type { AppEnv, Services } from "../services.ts";
import { classifierReference, CLASSIFIERS } from "./classifier_schema.ts";
import { predictionsSchema, type PredictRequest, predictSchema } from "./predict_schema.ts";
import { predictVectors } from "./predict_vectors.ts";

/**
 * `POST /v1/classifiers/{classifier}/predict`: classes of images, vectors or items.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function predictRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { classifiers, limits } = services;

  const route = createRoute({
    method: "post",
    path: "/v1/classifiers/{classifier}/predict",
    operationId: "predict",
    tags: CLASSIFIERS,
    summary: "Classify images, vectors or items",
    ...needs("read"),
    request: {
      params: z.strictObject({ classifier: classifierReference }),
      ...body(predictSchema(limits)),
    },
    responses: {
      ...timed(answer("What it says of each, in order.", predictionsSchema)),
      ...problems(...ALWAYS, ...OF_BODIES, 404),
    },
  });

  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const request = c.req.valid("json");
    const { signal, hold } = c.var;
    const classifier = await classifiers.load(c.req.valid("param").classifier);
    const { manifest } = classifier;
    const asked = { manifest, request, signal, hold };
    const { vectors, timings } = await predictVectors(services, asked);
    const said = await predict(classifier, vectors, { unknownBelow: request.unknown_below });
    if (timings) c.header("Server-Timing", serverTiming(timings));
    return c.json({
      object: "list" as const,
      classifier: `${manifest.name}@${manifest.version}`,
      data: described(said, { classes: manifest.classes, request }),
    }, 200);
  });
}

function described(
  { probabilities, predictions }: Predictions,
  { classes, request }: { classes: string[]; request: PredictRequest },
): z.input<typeof predictionsSchema>["data"] {
  const { ids, top = classes.length } = request;
  return Array.from(predictions, (prediction, index) => {
    const own = probabilities.subarray(index * classes.length, (index + 1) * classes.length);
    const ranked = classes.map((label, at) => ({ label, probability: own[at] }))
      .sort((a, b) => b.probability - a.probability);
    return {
      object: "prediction",
      index,
      id: ids?.[index] ?? null,
      label: prediction < 0 ? null : classes[prediction],
      probability: ranked[0].probability,
      probabilities: ranked.slice(0, top),
    };
  });
}
