import { z } from "zod";

/** What a job makes: a classifier (and maybe an encoder under it), or an encoder. */
export const JOB_KINDS = ["fine_tuning", "pretraining"] as const;
export type JobKind = typeof JOB_KINDS[number];

/** Where a job stands; the last three are its end. */
export const JOB_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type JobStatus = typeof JOB_STATUSES[number];

/** An alias that may follow a job's result. */
const promoteSchema = z.strictObject({
  /** Of classifiers for fine-tuning, of models for pretraining. */
  alias: z.string(),
  when: z.enum(["if_better", "always"]),
});

/** A classifier to train, every choice made: `auto` is no longer in it. */
export const fineTuningRequestSchema = z.strictObject({
  kind: z.literal("fine_tuning"),
  /** The encoder to begin from, `NAME@VERSION`. */
  model: z.string(),
  /** Where the images and labels came from; they themselves lie in the job's folder. */
  collection: z.string(),
  /** `probe` fits a linear layer, `full` moves everything, `head_layer` too, from within the head. */
  method: z.enum(["probe", "full", "head_layer"]),
  /** The layer of the head under the classifier: 0 for h; 1 and on with `head_layer` (or a probe). */
  layer: z.int().min(0),
  hyperparameters: z.strictObject({
    epochs: z.number().positive(),
    /** Steps at least, however few the images. */
    leastSteps: z.int().positive(),
    batchSize: z.int().positive(),
    /** For 256 images. */
    learningRate: z.number().positive(),
    weightDecay: z.number().min(0),
    /** How the unlabelled items take part. */
    unlabelled: z.enum(["none", "contrastive", "distillation"]),
    /** The weight of what they add to the loss. */
    unlabelledWeight: z.number().min(0),
  }),
  seed: z.int().min(0),
  /** The share of labels that judge and do not teach, 0 to 0.9; which is decided by items' ids. */
  heldOut: z.number().min(0).max(0.9),
  /** The name of the classifier that comes out, and of the encoder under it. */
  name: z.string(),
  promote: promoteSchema.nullable(),
});
export type FineTuningRequest = z.infer<typeof fineTuningRequestSchema>;

/** An encoder to train. */
export const pretrainingRequestSchema = z.strictObject({
  kind: z.literal("pretraining"),
  /** A collection, whose images lie in the job's folder, or an allowed folder of the operator's. */
  source: z.union([
    z.strictObject({ collection: z.string() }),
    z.strictObject({ folder: z.string() }),
  ]),
  preset: z.string().nullable(),
  /** Fields of the training's configuration, over the preset's. */
  configuration: z.record(z.string(), z.unknown()),
  /** The encoder to begin from, `NAME@VERSION`. */
  from: z.string().nullable(),
  /** The name of the encoder that comes out. */
  name: z.string(),
  promote: promoteSchema.nullable(),
});
export type PretrainingRequest = z.infer<typeof pretrainingRequestSchema>;

export const jobRequestSchema = z.discriminatedUnion("kind", [
  fineTuningRequestSchema,
  pretrainingRequestSchema,
]);
export type JobRequest = z.infer<typeof jobRequestSchema>;

/** How a result compares with what an alias has, or with what it came from. */
export const comparisonSchema = z.strictObject({
  /** `NAME@VERSION` of what it is compared with, or `probe of NAME@VERSION`. */
  with: z.string(),
  /** What is compared, such as `accuracy` on held-out labels or `linear` on held-out images. */
  measure: z.string(),
  /** On how many examples. */
  count: z.int(),
  before: z.number(),
  after: z.number(),
  /** Whether `after` is the better one; null where the examples are too few to say. */
  isBetter: z.boolean().nullable(),
  /** A sentence. */
  reason: z.string(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** What a job made. */
export const jobResultSchema = z.strictObject({
  /** `NAME@VERSION` of the classifier; null for pretraining. */
  classifier: z.string().nullable(),
  /** `NAME@VERSION` of the new encoder; null where there is none, as of a probe. */
  model: z.string().nullable(),
  metrics: z.record(z.string(), z.unknown()),
  /** The first is with what it came from; another, where it has one, with what the alias has. */
  comparisons: z.array(comparisonSchema),
  warnings: z.array(z.string()),
});
export type JobResult = z.infer<typeof jobResultSchema>;

/** What became of the alias. */
export interface Promotion {
  status: "pending" | "promoted" | "kept";
  /** Why, in a sentence; null while pending. */
  reason: string | null;
}

/** Why a job failed. */
export interface JobError {
  /** As LookalikeError has it. */
  code: string;
  message: string;
  param: string | null;
}

/** A job as it is kept. */
export interface Job {
  /** `ftjob-…` or `ptjob-…`. */
  id: string;
  status: JobStatus;
  request: JobRequest;
  /** The key that asked; null where none was needed. */
  keyId: string | null;
  /** ISO 8601; null while that has not been. */
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  error: JobError | null;
  result: JobResult | null;
  /** Null where no alias was to follow. */
  promotion: Promotion | null;
  /** How often its process was started. */
  starts: number;
}

/** Something that happened in a job. */
export interface JobEvent {
  /** Rises by 1 within a job, from 1: what Last-Event-ID and `after` mean. */
  sequence: number;
  createdAt: string;
  level: "info" | "warn" | "error";
  type: "message" | "progress" | "checkpoint" | "status";
  /** A sentence. */
  message: string;
  /** Numbers of it: of progress step, totalSteps, loss, learningRate, imagesPerSecond, secondsLeft … */
  data: Record<string, unknown>;
}
