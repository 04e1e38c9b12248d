import type { CollectionInfo } from "../../src/collections/collections.ts";
import { LookalikeError } from "../../src/errors.ts";
import { withSteadyEncoder } from "../collections/encoder_switch.ts";
import type { Services } from "../services.ts";
import { checkFitSize } from "./fit_bounds.ts";
import type { FitExamples } from "./fit_examples.ts";
import type { FitRequest } from "./fit_schema.ts";
import { namedHere } from "./named_here.ts";

/** Items of one page: its vectors are read in one go. */
const PAGE = 5000;

/**
 * The labelled items of a collection, or those to which the request gives a label.
 *
 * @param services What the routes stand on.
 * @param request The collection, and labels in the place of those that its items have.
 * @returns The examples, from the vectors that the collection has.
 * @throws {LookalikeError} `not_found` without the collection, a labelled item or the collection's
 * encoder; `invalid_input` if it has no labelled items, its vectors come without a model, or an item
 * is given two labels; `too_large`.
 */
export async function collectionExamples(
  services: Services,
  { collection, labels }: { collection: string; labels: FitRequest["labels"] },
): Promise<FitExamples> {
  const { collections } = services;
  const given = labels && labelsById(labels);
  return await withSteadyEncoder(collections, collection, async (info) => {
    const encoder = await encoderOf(services, info);
    const counts = await labelled(services, { collection, given });
    const { dimension } = info;
    const field = given ? "labels" : "collection";
    checkFitSize({ ...counts, dimension }, field);
    if (counts.examples === 0) throw noLabels(info);
    const found = await readVectors(services, { info, given });
    return { ...found, encoder, layer: 0, dimension, field, timings: null };
  }).catch(namedHere({ name: "collection", ids: "labels" }));
}

/** The label of each item; said twice, it must be the same. */
function labelsById(labels: NonNullable<FitRequest["labels"]>): Map<string, string> {
  const byId = new Map<string, string>();
  for (const [at, { id, label }] of labels.entries()) {
    const before = byId.get(id) ?? label;
    if (before !== label) {
      throw new LookalikeError(
        "invalid_input",
        `Cannot take label ${JSON.stringify(label)} as item ${JSON.stringify(id)} must have one ` +
          `label: it has ${JSON.stringify(before)} before.`,
        { param: `labels[${at}].label` },
      );
    }
    byId.set(id, label);
  }
  return byId;
}

/** How many examples and classes there are, before any vector is read. */
async function labelled(
  { collections }: Services,
  { collection, given }: { collection: string; given?: Map<string, string> },
): Promise<{ examples: number; classes: number }> {
  if (given) return { examples: given.size, classes: new Set(given.values()).size };
  const { labels } = await collections.labelCounts(collection);
  const examples = labels.values().reduce((sum, count) => sum + count, 0);
  return { examples, classes: labels.size };
}

async function readVectors(
  { collections }: Services,
  { info, given }: { info: CollectionInfo; given?: Map<string, string> },
): Promise<{ vectors: Float32Array; labels: string[] }> {
  const which = given ? { ids: [...given.keys()] } : { labelled: true };
  const labels: string[] = [];
  const pages: Float32Array[] = [];
  let after: string | undefined;
  do {
    const page = await collections.vectors(info.name, { ...which, limit: PAGE, after });
    pages.push(page.vectors);
    for (const [at, id] of page.ids.entries()) labels.push(given?.get(id) ?? page.labels[at]!);
    after = page.next ?? undefined;
  } while (after !== undefined);
  const vectors = new Float32Array(labels.length * info.dimension);
  pages.reduce((place, page) => (vectors.set(page, place), place + page.length), 0);
  return { vectors, labels };
}

/** What made the collection's vectors: without it, nothing new could be classified. */
async function encoderOf(
  { encoders }: Services,
  { name, encoder }: CollectionInfo,
): Promise<string> {
  if (encoder === null) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot fit a classifier to collection ${name} as its vectors must be of a model: they come ` +
        "without.",
      { param: "collection" },
    );
  }
  return await encoders.resolve(encoder).catch(namedHere({ model: "collection" }));
}

function noLabels({ name, count }: CollectionInfo): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot fit a classifier to collection ${name} as it must have labelled items: ${
      count === 0 ? "it is empty" : `none of its ${count} has a label`
    }.`,
    { param: "collection" },
  );
}
