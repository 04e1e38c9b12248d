import { z } from "@hono/zod-openapi";
import type { GivenFineTuning } from "../../src/jobs/draft_fine_tuning.ts";
import type { FineTuningRequest, Job } from "../../src/jobs/job.ts";
import { suffixOf } from "../../src/jobs/result_name.ts";
import { collectionName, itemId, labelInput } from "../collections/schemas.ts";
import { modelReference } from "../models.ts";
import { boundedList } from "../requests/bounded.ts";
import {
  type Circumstances,
  describedFields,
  jobFields,
  promoteInput,
  resultName,
  seedInput,
} from "./schemas.ts";

/** Labels in one request; more are given to the items themselves. */
const MOST_LABELS = 10_000;

/** A number, or `auto` for the default. */
const auto = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal("auto"), schema]).default("auto" as never);

const hyperparametersInput = z.strictObject({
  n_epochs: auto(z.number().positive().max(10_000)).openapi({
    description: "Passes over the labelled images; 60 unless told.",
  }),
  least_steps: auto(z.int().min(1)).openapi({
    description: "Steps at least, however few the images; 200 unless told.",
  }),
  batch_size: auto(z.int().min(1).max(4096)).openapi({
    description: "Images a step; 64 unless told, and never more than there are.",
  }),
  learning_rate: auto(z.number().positive().max(100)).openapi({
    description: "For 256 images: it grows and falls with the batch. 0.2 unless told.",
  }),
  weight_decay: auto(z.number().min(0).max(1)).openapi({ description: "0 unless told." }),
  unlabelled: auto(z.enum(["none", "contrastive", "distillation"])).openapi({
    description:
      "How the items without a label take part: not at all unless told; by NT-Xent on two views of " +
      "them; or as a student learns from what the fine-tuned network says of them (SimCLRv2).",
  }),
  unlabelled_weight: auto(z.number().min(0).max(1000)).openapi({
    description: "The weight of what they add to the loss; 1 unless told.",
  }),
}).openapi({ description: "Of the methods that train; a probe has none." });

/** A fine-tuning job in a request. */
export const fineTuningInput = z.strictObject({
  model: modelReference.openapi({
    description: "The encoder to begin from: an alias, `NAME` or `NAME@VERSION`.",
  }),
  collection: collectionName.openapi({
    description: "The collection whose items it learns from, as they are now.",
  }),
  labels: boundedList(
    z.strictObject({ id: itemId, label: labelInput }),
    { max: MOST_LABELS },
  ).optional().openapi({
    description: "Labels in place of those that the items have: the others count as unlabelled.",
  }),
  method: z.strictObject({
    type: z.enum(["auto", "probe", "full", "head_layer"]).openapi({
      description:
        "A linear layer on frozen features, everything, or everything from a layer within the head; " +
        "auto decides by the labels of each class, and for full where there are hyperparameters.",
    }),
    layer: z.int().min(0).max(16).optional().openapi({
      description: "The layer under the classifier: 0 for h; with head_layer 1 unless told.",
    }),
  }).default({ type: "auto" }),
  hyperparameters: hyperparametersInput.prefault({}),
  seed: seedInput.default(0),
  held_out: z.number().min(0).max(0.9).optional().openapi({
    description:
      "The share of labels that judge and do not teach, 0.2 unless told; the same items for all jobs " +
      "of a collection. A probe is judged by cross-validation instead.",
  }),
  suffix: resultName.default("tuned").openapi({
    description: "The result is called by the encoder's name, `-` and this.",
  }),
  promote: promoteInput.nullable().default(null),
}).openapi("FineTuningJobRequest", {
  example: { model: "shapes", collection: "pictures", suffix: "kinds" },
});

/** A fine-tuning job in an answer: OpenAI's fields, and ours. */
export const fineTuningJobSchema = z.strictObject({
  object: z.literal("fine_tuning.job"),
  ...jobFields,
  model: z.string().openapi({ description: "The encoder that it began from, `NAME@VERSION`." }),
  fine_tuned_model: z.string().nullable().openapi({
    description: "The classifier that came out, `NAME@VERSION`.",
  }),
  fine_tuned_encoder: z.string().nullable().openapi({
    description: "The encoder under it, where that is a new one.",
  }),
  collection: z.string(),
  method: z.strictObject({
    type: z.enum(["probe", "full", "head_layer"]),
    layer: z.int(),
  }),
  hyperparameters: z.strictObject({
    n_epochs: z.number(),
    least_steps: z.int(),
    batch_size: z.int(),
    learning_rate: z.number(),
    weight_decay: z.number(),
    unlabelled: z.enum(["none", "contrastive", "distillation"]),
    unlabelled_weight: z.number(),
  }).partial().openapi({ description: "A probe has none." }),
  seed: z.int(),
  held_out: z.number(),
  suffix: z.string(),
  organization_id: z.literal("lookalike").openapi({ description: "For OpenAI's clients." }),
  training_file: z.string().openapi({ description: "The collection, for OpenAI's clients." }),
  validation_file: z.null(),
  result_files: z.array(z.string()).openapi({ description: "None, for OpenAI's clients." }),
  trained_tokens: z.null(),
}).openapi("FineTuningJob");

/**
 * What a request asks for.
 *
 * @param input The request's body.
 * @returns The same in the words of `src/jobs`; what is `auto` is not there.
 */
export function givenFineTuning(input: z.output<typeof fineTuningInput>): GivenFineTuning {
  const { held_out: heldOut, hyperparameters, ...rest } = input;
  const { n_epochs, least_steps, batch_size, learning_rate, weight_decay, ...others } =
    hyperparameters;
  const named = {
    epochs: n_epochs,
    leastSteps: least_steps,
    batchSize: batch_size,
    learningRate: learning_rate,
    weightDecay: weight_decay,
    unlabelled: others.unlabelled,
    unlabelledWeight: others.unlabelled_weight,
  };
  const told = Object.entries(named).filter(([, value]) => value !== "auto");
  return { ...rest, heldOut, hyperparameters: Object.fromEntries(told) };
}

/**
 * A fine-tuning job as the API has it.
 *
 * @param job The job, of that kind.
 * @param circumstances What else is known of it.
 * @returns The answer's body.
 */
export function describedFineTuning(
  job: Job & { request: FineTuningRequest },
  circumstances: Circumstances,
): z.input<typeof fineTuningJobSchema> {
  const { request, result } = job;
  const { model, collection, method, layer, seed, heldOut, name } = request;
  return {
    object: "fine_tuning.job",
    ...describedFields(job, circumstances),
    model,
    fine_tuned_model: result?.classifier ?? null,
    fine_tuned_encoder: result?.model ?? null,
    collection,
    method: { type: method, layer },
    hyperparameters: method === "probe" ? {} : describedHyperparameters(request),
    seed,
    held_out: heldOut,
    suffix: suffixOf(name, model),
    organization_id: "lookalike",
    training_file: collection,
    validation_file: null,
    result_files: [],
    trained_tokens: null,
  };
}

function describedHyperparameters({ hyperparameters }: FineTuningRequest) {
  const { epochs, leastSteps, batchSize, learningRate, weightDecay, unlabelled, unlabelledWeight } =
    hyperparameters;
  return {
    n_epochs: epochs,
    least_steps: leastSteps,
    batch_size: batchSize,
    learning_rate: learningRate,
    weight_decay: weightDecay,
    unlabelled,
    unlabelled_weight: unlabelledWeight,
  };
}
