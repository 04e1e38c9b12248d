import { z } from "zod";
import type { ClassifierManifest } from "./classifiers.ts";

/** A share, or null where nothing could be judged. */
const share = z.number().min(0).max(1).nullable();

const metricsSchema = z.object({
  by: z.enum(["cross-validation", "held-out"]),
  count: z.int().nonnegative(),
  accuracy: share,
  standardError: share,
  calibrationError: share,
  uncalibratedError: share,
  crossEntropy: z.number().nonnegative().nullable(),
  confusion: z.array(z.array(z.int().nonnegative())),
  recall: z.array(share),
});

/** What a classifier's `manifest.json` says of it; {@link ClassifierManifest} describes each field. */
export const classifierManifestSchema: z.ZodType<ClassifierManifest> = z.object({
  /** Raised when an older program could misread a newer manifest. */
  formatVersion: z.literal(1),
  name: z.string(),
  version: z.string(),
  kind: z.enum(["linear", "knn"]),
  createdAt: z.iso.datetime(),
  encoder: z.string(),
  layer: z.int().nonnegative(),
  dimension: z.int().positive(),
  classes: z.array(z.string().min(1)).min(2),
  temperature: z.number().positive(),
  l2: z.number().nonnegative().nullable(),
  examples: z.array(z.int().nonnegative()),
  metrics: metricsSchema,
  warnings: z.array(z.string()),
  lineage: z.record(z.string(), z.unknown()),
  parameters: z.object({
    file: z.literal("parameters.safetensors"),
    bytes: z.int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  lookalikeVersion: z.string(),
}).refine(({ classes }) => new Set(classes).size === classes.length, {
  error: "each class must be there once",
  path: ["classes"],
}).refine(
  ({ classes, examples, metrics: { confusion, recall } }) =>
    [examples, recall, confusion, ...confusion].every(({ length }) => length === classes.length),
  {
    error: "the lists by class must be as long as the classes",
    path: ["examples"],
  },
);
