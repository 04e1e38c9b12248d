import { predict } from "../../src/classifiers/predict.ts";
import type { CollectionInfo } from "../../src/collections/collections.ts";
import { LookalikeError } from "../../src/errors.ts";
import { fitProbe } from "../../src/probe/fit_probe.ts";
import { predictLogisticRegression } from "../../src/probe/logistic_regression.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { suggest } from "../../src/probe/suggest.ts";
import { temper } from "../../src/probe/temper.ts";
import type { Services } from "../services.ts";
import { withSteadyEncoder } from "./encoder_switch.ts";
import { checkFittable, type LabelledExamples, labelledExamples } from "./labelled_examples.ts";

/** Items without a label that are looked at: `suggest` looks at no more. */
export const MOST_CANDIDATES = 4096;

/** What to suggest. */
export interface SuggestionAsked {
  /** The collection. */
  name: string;
  count: number;
  strategy: "auto" | "diversity" | "uncertainty";
  /** An alias, `NAME` or `NAME@VERSION`. */
  classifier?: string;
  /** Ids of items to leave out. */
  exclude: string[];
  seed: number;
  /** Aborted once nobody waits. */
  signal: AbortSignal;
}

/** An item to label next. */
export interface SuggestedItem {
  id: string;
  score: number;
  /** What the classifier takes it for, if there is one. */
  label: string | null;
  probability: number | null;
}

/** Which items to label next, the most useful first, and how they were found. */
export interface SuggestedItems {
  strategy: "diversity" | "uncertainty";
  /** The version that was asked, `NAME@VERSION`; null where none was named. */
  classifier: string | null;
  items: SuggestedItem[];
}

/** What says which items are uncertain. */
interface Judge {
  classifier: string | null;
  classes: string[];
  /** Probabilities, float32 `[M, C]`, of vectors of length 1, float32 `[M, F]`. */
  judge(vectors: Float32Array): Promise<Float32Array>;
}

/**
 * Finds which items of a collection to label next.
 *
 * @param services What the routes stand on.
 * @param asked How many, of which collection, and how.
 * @returns The items: fewer than asked for, where fewer have no label.
 * @throws {LookalikeError} `not_found` without the collection or the classifier; `conflict` if the
 * classifier is of another encoder; `invalid_input` if uncertainty is asked for without a classifier
 * and without labels of two classes; `too_large` if they are of too many classes for a fit.
 */
export function suggestItems(services: Services, asked: SuggestionAsked): Promise<SuggestedItems> {
  const { collections } = services;
  const { name, count, seed, signal } = asked;
  return withSteadyEncoder(collections, name, async (info) => {
    const known = await labelledExamples(collections, { info, seed });
    const judge = await judgeOf(services, { info, known, asked });
    const { ids, vectors } = await candidatesOf(services, { info, asked });
    const { classifier = null, classes = [] } = judge ?? {};
    const strategy = judge ? "uncertainty" : "diversity";
    if (ids.length === 0) return { strategy, classifier, items: [] };
    const probabilities = await judge?.judge(vectors) ?? null;
    const { rows, scores } = await suggest({
      candidates: vectors,
      known: known.features,
      dimension: info.dimension,
      probabilities,
      count,
      seed,
      signal,
    });
    const likely = probabilities && mostProbable(probabilities, classes.length);
    const items = Array.from(rows, (row, at) => ({
      id: ids[row],
      score: scores[at],
      label: likely && classes[likely[row]],
      probability: likely && probabilities[row * classes.length + likely[row]],
    }));
    return { strategy, classifier, items };
  });
}

/** A classifier that was named, or one of the labels that there are; null where none is to be asked. */
async function judgeOf(
  { classifiers }: Services,
  { info, known, asked }: {
    info: CollectionInfo;
    known: LabelledExamples;
    asked: SuggestionAsked;
  },
): Promise<Judge | null> {
  const { strategy, classifier, signal } = asked;
  if (classifier !== undefined) {
    const loaded = await classifiers.load(classifier);
    const { name, version, encoder, layer, classes } = loaded.manifest;
    if (encoder !== info.encoder || layer !== 0) throw ofAnotherModel(loaded.manifest, info);
    return {
      classifier: `${name}@${version}`,
      classes,
      judge: async (vectors) => (await predict(loaded, vectors)).probabilities,
    };
  }
  const { names, classes } = known;
  if (strategy === "diversity" || strategy === "auto" && classes < 2) return null;
  checkFittable(known, { what: "find uncertain items without a classifier", param: "strategy" });
  const { model, temperature } = await fitProbe(known, { ...known, signal });
  return {
    classifier: null,
    classes: names,
    judge: async (vectors) =>
      temper(await predictLogisticRegression(model, vectors), { classes, temperature }),
  };
}

/** The items that may be suggested. */
async function candidatesOf(
  { collections }: Services,
  { info: { name, dimension }, asked: { exclude, seed } }: {
    info: CollectionInfo;
    asked: SuggestionAsked;
  },
): Promise<{ ids: string[]; vectors: Float32Array }> {
  const limit = MOST_CANDIDATES + exclude.length; // so that as many are left
  const page = await collections.vectors(name, { labelled: false, limit, seed });
  const without = new Set(exclude);
  const ids: string[] = [];
  for (const [at, id] of page.ids.entries()) {
    if (without.has(id)) continue;
    page.vectors.copyWithin(ids.length * dimension, at * dimension, (at + 1) * dimension);
    ids.push(id);
  }
  return { ids, vectors: page.vectors.subarray(0, ids.length * dimension) };
}

function ofAnotherModel(
  { name, version, encoder, layer }: {
    name: string;
    version: string;
    encoder: string;
    layer: number;
  },
  info: CollectionInfo,
): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot ask classifier ${name}@${version} about collection ${info.name} as it must be of what ` +
      `made the collection's vectors, ${
        info.encoder ?? "which is unknown"
      }: it is of ${encoder}, ` +
      `layer ${layer}.`,
    { param: "classifier" },
  );
}
