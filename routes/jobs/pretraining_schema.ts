import { z } from "@hono/zod-openapi";
import type { GivenPretraining } from "../../src/jobs/draft_pretraining.ts";
import type { Job, PretrainingRequest } from "../../src/jobs/job.ts";
import { collectionName } from "../collections/schemas.ts";
import { modelReference } from "../models.ts";
import { printable } from "../requests/values.ts";
import { renamed, toCamelCase, toSnakeCase } from "./field_names.ts";
import {
  type Circumstances,
  describedFields,
  jobFields,
  promoteInput,
  resultName,
} from "./schemas.ts";

/** Fields of a configuration in one request: more than it has. */
const MOST_FIELDS = 100;

const simple = z.union([z.string().max(200), z.number(), z.boolean(), z.null()]);

/** Fields of the training's configuration, whose own schema no route knows. */
const hyperparametersInput = z.record(
  z.string().regex(/^[a-z][a-zA-Z0-9_]{0,39}$/, {
    error: () => "must be a field of the configuration, such as batch_size",
  }),
  simple,
).superRefine((given, context) => {
  const names = Object.keys(given).slice(0, MOST_FIELDS + 1);
  const message = names.length > MOST_FIELDS
    ? `must have at most ${MOST_FIELDS} fields: it has more`
    : new Set(names.map(toCamelCase)).size < names.length
    ? "must name each field once: one is there in two spellings"
    : null;
  if (message !== null) context.addIssue({ code: "custom", message });
}).openapi({
  type: "object",
  additionalProperties: { type: ["string", "number", "boolean", "null"] },
  maxProperties: MOST_FIELDS,
  description:
    "Fields of the training's configuration over the preset's, as `deno task pretrain --help` lists " +
    "them: `epochs`, `batch_size`, `image_size`, `seed` … What it does not take fails the job.",
});

/** A pretraining job in a request. */
export const pretrainingInput = z.strictObject({
  collection: collectionName.optional().openapi({
    description: "A collection whose original images it learns from, as they are now.",
  }),
  folder: z.string().min(1).max(4096).optional().openapi({
    description:
      "In its place: a folder of images that the operator has allowed, by its whole path.",
  }),
  name: resultName.openapi({ description: "The name of the encoder.", example: "flowers" }),
  preset: printable(64).nullable().default(null).openapi({
    description: "The configuration to begin from, such as `cifar10-small`.",
  }),
  hyperparameters: hyperparametersInput.default({}),
  from: modelReference.nullable().default(null).openapi({
    description: "An encoder whose weights it begins with; null for random ones.",
  }),
  promote: promoteInput.nullable().default(null).openapi({
    description: "An alias of models that is to follow.",
  }),
}).refine(({ collection, folder }) => (collection === undefined) !== (folder === undefined), {
  error: () => "must have either collection or folder",
}).openapi("PretrainingJobRequest", {
  oneOf: [{ required: ["collection"] }, { required: ["folder"] }],
  example: { collection: "pictures", name: "flowers", hyperparameters: { epochs: 100 } },
});

/** A pretraining job in an answer. */
export const pretrainingJobSchema = z.strictObject({
  object: z.literal("pretraining.job"),
  ...jobFields,
  model: z.string().nullable().openapi({
    description: "The encoder that came out, `NAME@VERSION`.",
  }),
  name: z.string(),
  from: z.string().nullable(),
  collection: z.string().nullable(),
  folder: z.string().nullable(),
  preset: z.string().nullable(),
  hyperparameters: z.record(z.string(), z.unknown()),
}).openapi("PretrainingJob");

/**
 * What a request asks for.
 *
 * @param input The request's body.
 * @returns The same in the words of `src/jobs`.
 */
export function givenPretraining(input: z.output<typeof pretrainingInput>): GivenPretraining {
  const { collection, folder, hyperparameters, ...rest } = input;
  const source = collection === undefined ? { folder: folder! } : { collection };
  return { ...rest, source, configuration: renamed(hyperparameters, toCamelCase) };
}

/**
 * A pretraining job as the API has it.
 *
 * @param job The job, of that kind.
 * @param circumstances What else is known of it.
 * @returns The answer's body.
 */
export function describedPretraining(
  job: Job & { request: PretrainingRequest },
  circumstances: Circumstances,
): z.input<typeof pretrainingJobSchema> {
  const { name, from, preset, source, configuration } = job.request;
  return {
    object: "pretraining.job",
    ...describedFields(job, circumstances),
    model: job.result?.model ?? null,
    name,
    from,
    collection: "collection" in source ? source.collection : null,
    folder: "folder" in source ? source.folder : null,
    preset,
    hyperparameters: renamed(configuration, toSnakeCase),
  };
}
