import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { fitClassifier } from "../../src/classifiers/fit_classifier.ts";
import type { ClassifierStore } from "../../src/classifiers/classifiers.ts";
import { LookalikeError } from "../../src/errors.ts";
import { createGate } from "../../src/gate.ts";
import { ALWAYS, answer, body, OF_BODIES, problems } from "../requests/declare.ts";
import { ended } from "../requests/ended.ts";
import { needs } from "../requests/needs.ts";
import { createRoom } from "../requests/room.ts";
import { serverTiming, timed } from "../requests/server_timing.ts";
import type { AppEnv, Services } from "../services.ts";
import { CLASSIFIERS, describedClassifier, describedSchema } from "./classifier_schema.ts";
import { MOST_EXAMPLES } from "./fit_bounds.ts";
import { type FitExamples, fitExamples } from "./fit_examples.ts";
import { type FitRequest, fitSchema } from "./fit_schema.ts";
import { knownAliases } from "./known_aliases.ts";
import { namedHere } from "./named_here.ts";

/** Fits that wait or run; each may hold 64 MiB of vectors. */
const MOST_FITS = 8;
const FULL =
  `Cannot fit another classifier as at most ${MOST_FITS} may be under way: there are as many.`;

const route = createRoute({
  method: "post",
  path: "/v1/classifiers",
  operationId: "createClassifier",
  tags: CLASSIFIERS,
  summary: "Fit a classifier to labels, at once",
  description:
    "To the labelled items of a collection, or to images or vectors with labels. How often it is " +
    "right comes with it, by cross-validation, and a warning where the labels are too few to say. " +
    `Probabilities are calibrated on the same examples. There may be ${MOST_EXAMPLES} examples: a ` +
    "job takes more.",
  ...needs("train"),
  request: body(fitSchema),
  responses: {
    ...timed(answer("The classifier, saved as a new version of its name.", describedSchema)),
    ...problems(...ALWAYS, ...OF_BODIES, 404, 409),
  },
});

/**
 * `POST /v1/classifiers`: a classifier from labels.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function createClassifierRoutes(services: Services): OpenAPIHono<AppEnv> {
  const { classifiers } = services;
  const room = createRoom(MOST_FITS, FULL);
  const inTurn = createGate(1); // each takes all cores
  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const request = c.req.valid("json");
    const { signal, hold } = c.var;
    await checkNoAlias(classifiers, request.name);
    const { manifest, timings } = await room(async () => {
      const examples = await fitExamples(services, { request, signal, hold });
      const fitted = await inTurn(() => fit(examples, { request, signal }));
      return {
        manifest: await classifiers.save({ name: request.name, ...fitted }),
        timings: examples.timings,
      };
    });
    if (timings) c.header("Server-Timing", serverTiming(timings));
    return c.json(describedClassifier({ manifest, aliases: [] }), 200);
  });
}

async function fit(
  { encoder, layer, dimension, vectors, labels, field }: FitExamples,
  { request, signal }: { request: FitRequest; signal: AbortSignal },
) {
  const { kind, l2, collection } = request;
  const method = kind === "linear" ? "probe" : "knn";
  const lineage = { method, startedFrom: encoder, ...(collection && { collection }) };
  try {
    const fitted = await fitClassifier({ vectors, labels }, {
      ...{ encoder, layer, dimension, kind, l2, lineage, signal },
    });
    signal.throwIfAborted(); // before anything is saved
    return fitted;
  } catch (error) {
    if (signal.aborted) {
      throw ended(signal.reason, "Cannot fit the classifier as its caller has left.");
    }
    return namedHere({ labels: field, features: field })(error);
  }
}

/** A name that an alias has would never be found by it. */
async function checkNoAlias(classifiers: ClassifierStore, name: string): Promise<void> {
  const aliases = await knownAliases(classifiers);
  if (!aliases.some(({ alias }) => alias === name)) return;
  throw new LookalikeError(
    "conflict",
    `Cannot name a classifier ${name} as no alias must have that name: there is one.`,
    { param: "name" },
  );
}
