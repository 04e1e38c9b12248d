import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { fitProbe } from "../../src/probe/fit_probe.ts";
import { labelMistakes } from "../../src/probe/label_mistakes.ts";
import { temper } from "../../src/probe/temper.ts";
import { MOST_EXAMPLES } from "../classifiers/fit_bounds.ts";
import { ALWAYS, answer, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { withSteadyEncoder } from "./encoder_switch.ts";
import { createTurn } from "./in_turn.ts";
import { checkFittable, labelledExamples } from "./labelled_examples.ts";
import { seedParameter, wholeParameter } from "./query_parameters.ts";
import { COLLECTIONS, ofCollection } from "./schemas.ts";

const mistakesSchema = z.strictObject({
  object: z.literal("list"),
  judged: z.int().openapi({
    description: "How many labels were looked at: all but the only one of a class.",
  }),
  data: z.array(
    z.strictObject({
      object: z.literal("collection.label_mistake"),
      id: z.string(),
      label: z.string().openapi({ description: "What it has." }),
      suggested_label: z.string().openapi({ description: "What it more likely is." }),
      probability: z.number().openapi({ description: "Of that class, 0 to 1." }),
      score: z.number().openapi({
        description: "The share of the suggested class in what both are given, 0.9 to 1.",
      }),
    }).openapi("LabelMistake", {
      example: {
        object: "collection.label_mistake",
        id: "train/circle/0007",
        label: "square",
        suggested_label: "circle",
        probability: 0.97,
        score: 0.98,
      },
    }),
  ),
}).openapi("LabelMistakes");

/**
 * `GET /v1/collections/{name}/label-mistakes`: labels that are likely wrong.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function labelMistakesRoutes({ collections, limits }: Services): OpenAPIHono<AppEnv> {
  const route = createRoute({
    method: "get",
    path: "/v1/collections/{name}/label-mistakes",
    operationId: "listLabelMistakes",
    tags: COLLECTIONS,
    summary: "List labels that are likely wrong",
    description:
      "Each labelled item is judged by a probe that did not learn from it; listed are those of " +
      "which it says that another class is nine times as probable, the likeliest mistake first. Of " +
      `more than ${MOST_EXAMPLES} labelled items so many are looked at, drawn by the seed.`,
    ...needs("read"),
    request: {
      params: ofCollection,
      query: z.strictObject({
        limit: wholeParameter({
          min: 1,
          max: limits.maxResults,
          unlessGiven: Math.min(100, limits.maxResults),
        }).openapi({ description: "How many to list." }),
        seed: seedParameter,
      }),
    },
    responses: {
      ...answer("What is likely wrong.", mistakesSchema),
      ...problems(...ALWAYS, 400, 404, 413),
    },
  });
  const inTurn = createTurn("for likely label mistakes");

  return new OpenAPIHono<AppEnv>().openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { limit, seed } = c.req.valid("query");
    const { signal } = c.var;
    const found = await inTurn(() => judge(name, { seed, signal }), signal);
    return c.json({ object: "list" as const, ...found, data: found.data.slice(0, limit) }, 200);
  });

  async function judge(
    name: string,
    { seed, signal }: { seed: number; signal: AbortSignal },
  ): Promise<Omit<z.input<typeof mistakesSchema>, "object">> {
    const examples = await withSteadyEncoder(
      collections,
      name,
      (info) => labelledExamples(collections, { info, seed }),
    );
    const { ids, names, labels, classes } = examples;
    checkFittable(examples, { what: `judge the labels of collection ${name}`, param: "name" });
    const { outOfFold, judged, temperature } = await fitProbe(examples, { ...examples, signal });
    if (outOfFold === null) return { judged: 0, data: [] };
    const mistakes = labelMistakes(temper(outOfFold, { classes, temperature }), { labels, judged });
    const data = mistakes.map(({ row, label, suggested, probability, score }) => ({
      object: "collection.label_mistake" as const,
      id: ids[row],
      label: names[label],
      suggested_label: names[suggested],
      probability,
      score,
    }));
    return { judged: judged.length, data };
  }
}
