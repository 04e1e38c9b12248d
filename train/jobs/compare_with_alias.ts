import type { ClassifierManifest, ClassifierStore } from "../../src/classifiers/classifiers.ts";
import { predict } from "../../src/classifiers/predict.ts";
import { LookalikeError, messageOf } from "../../src/errors.ts";
import type { Comparison } from "../../src/jobs/job.ts";
import { compareCounts } from "./comparison.ts";

/** What a new classifier and the one of an alias are judged by. */
export interface Judged {
  /** The classes that labels number. */
  classes: string[];
  /** int32 `[N]`. */
  labels: Int32Array;
  /** How many of them the new one has right. */
  right: number;
  /**
   * The examples' vectors at length 1 by an encoder, `NAME@VERSION`, and a layer, float32 `[N, F]`.
   * It may throw `not_found`, and others that concern that encoder alone.
   */
  vectors(encoder: string, layer: number): Promise<Float32Array>;
}

const SEEN = "That one may have learnt from some of these examples.";

/**
 * Compares a new classifier with the one that an alias has now, on the same examples.
 *
 * @param alias The alias, which need not be there.
 * @param options The classifiers, what they are judged by, what is measured, and whether the one that
 * the alias has may have learnt from some of it.
 * @returns The comparison, or null where the alias or the examples are not there; or a sentence that says why it cannot be
 * made.
 */
export async function compareWithAlias(
  alias: string,
  options: {
    classifiers: ClassifierStore;
    judged: Judged;
    measure: string;
    mayHaveSeen: (manifest: ClassifierManifest) => boolean;
  },
): Promise<Comparison | string | null> {
  const { classifiers, judged, measure, mayHaveSeen } = options;
  if (judged.labels.length === 0) return null;
  try {
    const reference = await classifiers.resolve(alias).catch(noneIfMissing);
    if (reference === null) return null;
    const classifier = await classifiers.load(reference);
    const { encoder, layer, classes } = classifier.manifest;
    const { predictions } = await predict(classifier, await judged.vectors(encoder, layer));
    const before = judged.labels.reduce(
      (sum, label, row) => sum + (classes[predictions[row]] === judged.classes[label] ? 1 : 0),
      0,
    );
    const { right: after, labels: { length: count } } = judged;
    const note = mayHaveSeen(classifier.manifest) ? SEEN : undefined;
    return compareCounts({ with: reference, measure, count, before, after, note });
  } catch (error) {
    if (!(error instanceof LookalikeError)) throw error;
    return `Not compared with what ${alias} has: ${messageOf(error)}`;
  }
}

function noneIfMissing(error: unknown): null {
  if (error instanceof LookalikeError && error.code === "not_found") return null;
  throw error;
}
