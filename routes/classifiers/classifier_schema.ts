import { z } from "@hono/zod-openapi";
import type { ClassifierManifest } from "../../src/classifiers/classifiers.ts";
import { collectionName } from "../collections/schemas.ts";
import { seconds } from "../requests/values.ts";

/** Where the API's page shows these routes. */
export const CLASSIFIERS = ["Classifiers"];

/** How a request names a classifier. */
export const classifierReference = z.string().max(128, "must have at most 128 characters").openapi({
  description: "A classifier: an alias, `NAME` for its newest version, or `NAME@VERSION`.",
  example: "pets",
});

/** The name of a classifier in a request. */
export const classifierName = collectionName.openapi({
  description: "Another version of it is made, if there is one.",
  example: "pets",
});

const share = z.number().nullable();

const metricsSchema = z.strictObject({
  by: z.enum(["cross-validation", "held-out"]).openapi({
    description:
      "Each example judged by a fit without it, or examples that the training never saw.",
  }),
  count: z.int().openapi({ description: "How many examples were judged." }),
  accuracy: share.openapi({
    description: "Share whose most probable class is right; null where none could be judged.",
  }),
  standard_error: share.openapi({ description: "Of that share." }),
  calibration_error: share.openapi({
    description: "How far probabilities are from being right, on average (15 bins).",
  }),
});

const classifierSchema = z.strictObject({
  id: z.string().openapi({ description: "`NAME@VERSION`.", example: "pets@1" }),
  object: z.literal("classifier"),
  created_at: z.int().openapi({ description: "Seconds since 1970." }),
  name: z.string().openapi({ example: "pets" }),
  version: z.string().openapi({ example: "1" }),
  kind: z.enum(["linear", "knn"]).openapi({
    description: "Whether it decides by a linear layer, or by its examples that are nearest.",
  }),
  aliases: z.array(z.string()).openapi({ example: ["production"] }),
  model: z.string().openapi({
    description: "What makes the vectors that it takes, `NAME@VERSION`.",
    example: "shapes@1",
  }),
  layer: z.int().openapi({
    description: "0 for h, or the layer of that model's projection head, from 1.",
  }),
  dimension: z.int().openapi({ description: "The length of these vectors.", example: 512 }),
  classes: z.array(z.string()).openapi({
    description: "In the order of every list by class.",
    example: ["circle", "square"],
  }),
  examples: z.array(z.int()).openapi({
    description: "How many examples of each class it learnt from.",
    example: [10, 10],
  }),
  warnings: z.array(z.string()).openapi({
    description: "What its metrics cannot tell, as where labels are few.",
  }),
});

/** A classifier in a list. */
export const listedSchema = classifierSchema.extend({ metrics: metricsSchema })
  .openapi("Classifier");

/** A classifier with all that is known of it. */
export const describedSchema = classifierSchema.extend({
  metrics: metricsSchema.extend({
    uncalibrated_error: share.openapi({ description: "The calibration error without scaling." }),
    cross_entropy: share.openapi({ description: "Mean −ln p of the right class, in nats." }),
    confusion: z.array(z.array(z.int())).openapi({
      description: "Counts: a row for each true class, of a column for each predicted one.",
      example: [[9, 1], [0, 10]],
    }),
    recall: z.array(share).openapi({
      description: "By class; null where none was judged.",
      example: [0.9, 1],
    }),
  }),
  temperature: z.number().openapi({
    description: "Logits are divided by it, so that probabilities are calibrated.",
  }),
  l2: z.number().nullable().openapi({ description: "The penalty of a linear fit." }),
  lineage: z.record(z.string(), z.unknown()).openapi({ description: "Whence it came." }),
  lookalike_version: z.string().openapi({ description: "What saved it." }),
}).openapi("ClassifierDescription");

/** What is known of a classifier beside its manifest: the aliases that point to it. */
interface Named {
  manifest: ClassifierManifest;
  aliases: string[];
}

/**
 * A classifier as a list has it.
 *
 * @param named What is known of it.
 * @returns An entry of the list.
 */
export function listedClassifier({ manifest, aliases }: Named): z.input<typeof listedSchema> {
  const { name, version, kind, encoder, layer, dimension, classes, examples, warnings } = manifest;
  const { by, count, accuracy, standardError, calibrationError } = manifest.metrics;
  return {
    id: `${name}@${version}`,
    object: "classifier",
    created_at: seconds(manifest.createdAt),
    name,
    version,
    kind,
    aliases,
    model: encoder,
    layer,
    dimension,
    classes,
    examples,
    warnings,
    metrics: {
      by,
      count,
      accuracy,
      standard_error: standardError,
      calibration_error: calibrationError,
    },
  };
}

/**
 * A classifier with all that is known of it, as the API has it.
 *
 * @param named What is known of it.
 * @returns The answer's body.
 */
export function describedClassifier(named: Named): z.input<typeof describedSchema> {
  const { metrics, ...listed } = listedClassifier(named);
  const { temperature, l2, lineage, lookalikeVersion } = named.manifest;
  const { uncalibratedError, crossEntropy, confusion, recall } = named.manifest.metrics;
  return {
    ...listed,
    metrics: {
      ...metrics,
      uncalibrated_error: uncalibratedError,
      cross_entropy: crossEntropy,
      confusion,
      recall,
    },
    temperature,
    l2,
    lineage,
    lookalike_version: lookalikeVersion,
  };
}
