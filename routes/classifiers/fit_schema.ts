import { z } from "@hono/zod-openapi";
import { collectionName, itemId, labelInput, vectorInput } from "../collections/schemas.ts";
import { modelReference } from "../models.ts";
import { imageInput } from "../requests/image_input.ts";
import { classifierName } from "./classifier_schema.ts";
import { checkListed, MOST_EXAMPLES } from "./fit_bounds.ts";

/** Strong enough that all weights are 0, and far below what float32 holds. */
const MOST_L2 = 1e6;

/** A list of examples; one that is too long is another fault than one that is wrong. */
function examplesOf<Item extends z.ZodType>(item: Item, param: string) {
  return z.preprocess((value) => checkListed(value, param), z.array(item).min(1))
    .openapi({ minItems: 1, description: `At most ${MOST_EXAMPLES}; past it 413.` });
}

const labelledItem = z.strictObject({ id: itemId, label: labelInput });

const example = z.strictObject({
  image: imageInput.optional(),
  vector: vectorInput.optional(),
  label: labelInput,
}).refine(({ image, vector }) => (image === undefined) !== (vector === undefined), {
  error: () => "must have either image or vector",
}).openapi("LabelledExample", { oneOf: [{ required: ["image"] }, { required: ["vector"] }] });

/** What a classifier is fitted to, and how. */
export const fitSchema = z.strictObject({
  name: classifierName,
  kind: z.enum(["linear", "knn"]).default("linear").openapi({
    description:
      "`linear` fits a logistic regression; `knn` lets the nearest examples vote. Both choose " +
      "their strength by cross-validation.",
  }),
  l2: z.number().min(0).max(MOST_L2).optional().openapi({
    description:
      "The penalty of a linear fit, λ/2·‖W‖² beside the mean cross-entropy of standardised " +
      "features; chosen by cross-validation unless given.",
  }),
  collection: collectionName.optional().openapi({
    description: "Its labelled items are the examples.",
  }),
  labels: examplesOf(labelledItem, "labels").optional().openapi({
    description: "Items of the collection and their classes, in place of those that have labels.",
    example: [{ id: "train/circle/0000", label: "circle" }],
  }),
  model: modelReference.optional().openapi({
    description: "In place of a collection, with `examples`: what embeds them.",
  }),
  layer: z.int().min(0).optional().openapi({
    description:
      "With `model`: 0 for h, or a layer of its projection head, from 1; 0 unless given.",
  }),
  examples: examplesOf(example, "examples").optional().openapi({
    description: "Images, or vectors of that model, and their classes.",
  }),
})
  .refine(({ collection, examples }) => (collection === undefined) !== (examples === undefined), {
    error: () => "must have either collection or examples",
  })
  .refine(({ model, examples }) => (model === undefined) === (examples === undefined), {
    error: () => "must be given with examples, and with them alone",
    path: ["model"],
  })
  .refine(({ labels, collection }) => labels === undefined || collection !== undefined, {
    error: () => "must be given with a collection: examples have labels of their own",
    path: ["labels"],
  })
  .refine(({ layer, model }) => layer === undefined || model !== undefined, {
    error: () => "must be given with a model: the vectors of a collection are of layer 0",
    path: ["layer"],
  })
  .refine(({ l2, kind }) => l2 === undefined || kind === "linear", {
    error: () => "must be given for a linear classifier alone",
    path: ["l2"],
  })
  .openapi("ClassifierRequest", {
    oneOf: [{ required: ["collection"] }, { required: ["model", "examples"] }],
    example: { name: "shapes", collection: "pictures" },
  });

/** What a classifier is fitted to, read. */
export type FitRequest = z.output<typeof fitSchema>;
/** An example of it. */
export type GivenExample = NonNullable<FitRequest["examples"]>[number];
