import type { Collections } from "../collections/collections.ts";
import type { JobDraft } from "./accept_job.ts";
import { fineTuningChoices, type GivenChoices } from "./fine_tuning_choices.ts";
import type { FineTuningRequest } from "./job.ts";
import { inWordsOfRequest, refused } from "./job_refusals.ts";
import { checkClasses, countLabels } from "./label_counts.ts";
import { resultName } from "./result_name.ts";
import { checkResultNames, type TakenNames } from "./check_result_names.ts";
import { writeImageExamples, writeVectorExamples } from "./write_examples.ts";

/** A classifier to train, as somebody asks for it. */
export interface GivenFineTuning extends GivenChoices {
  /** The encoder to begin from: an alias, `NAME` or `NAME@VERSION`. */
  model: string;
  collection: string;
  /** Labels in place of those that the collection's items have. */
  labels?: { id: string; label: string }[];
  seed: number;
  /** What is added to the encoder's name. */
  suffix: string;
  promote: FineTuningRequest["promote"];
}

/** What a fine-tuning job is checked against. */
export interface FineTuningContext extends TakenNames {
  collections: Collections;
  /** Steps that a job may have. */
  steps: number;
}

/**
 * Makes the choices that a fine-tuning job's request leaves open, and refuses what cannot be.
 *
 * @param given What is asked for.
 * @param context What there is.
 * @returns The job before it is one; it is given vectors where those of its collection are what it
 * classifies by, and images otherwise.
 * @throws {LookalikeError} `not_found` without the model or the collection, and as it is filled
 * without an item that `labels` names; `invalid_input`, with the field, if there are no two classes,
 * labels contradict, or a choice cannot be; `conflict` if a name is taken, and as it is filled if an
 * item has no original image.
 */
export async function draftFineTuning(
  given: GivenFineTuning,
  context: FineTuningContext,
): Promise<JobDraft> {
  const { collection, seed, promote } = given;
  const { encoders, collections, steps } = context;
  const { reference: model, manifest } = await encoders.get(given.model);
  const info = await inWordsOfRequest({ name: "collection" }, () => collections.get(collection));
  if (info.count === 0) {
    throw refused("collection", `collection ${collection} must have items: it is empty`);
  }
  const labels = given.labels ? labelsById(given.labels) : null;
  const known = await collections.labelCounts(collection);
  const counts = labels ? countLabels(labels.values()) : known.labels;
  const check = (counts: ReadonlyMap<string, number>) =>
    checkClasses(counts, labels ? "labels" : "collection");
  check(counts);
  const unlabelled = labels ? Math.max(0, info.count - labels.size) : known.unlabelled;
  const choices = fineTuningChoices(given, { manifest, counts, unlabelled, steps });
  const name = resultName(manifest.name, given.suffix);
  const alias = promote?.alias ?? null;
  await checkResultNames({ name, param: "suffix", alias, kind: "classifier" }, context);
  const { method, layer, hyperparameters } = choices;
  const items = { collection, labels, unlabelled: hyperparameters.unlabelled !== "none" };
  const hasVectors = method === "probe" && layer === 0 && info.encoder === model;
  return {
    request: { kind: "fine_tuning", model, collection, ...choices, seed, name, promote },
    async fill(folder, signal) {
      const options = { collections, items, check, signal };
      if (hasVectors) await writeVectorExamples(folder, { ...options, encoder: model });
      else await writeImageExamples(folder, options);
    },
  };
}

function labelsById(labels: { id: string; label: string }[]): Map<string, string> {
  const byId = new Map<string, string>();
  for (const [at, { id, label }] of labels.entries()) {
    const before = byId.get(id) ?? label;
    if (before !== label) {
      const both = `${JSON.stringify(before)} and ${JSON.stringify(label)}`;
      const reason = `item ${JSON.stringify(id)} must have one label: it is given ${both}`;
      throw refused(`labels[${at}].label`, reason);
    }
    byId.set(id, label);
  }
  return byId;
}
