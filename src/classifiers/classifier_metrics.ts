import { accuracy } from "../probe/accuracy.ts";
import { calibrationError } from "../probe/calibration_error.ts";
import { confusionMatrix, recallByClass } from "../probe/confusion_matrix.ts";
import { meanCrossEntropy } from "../probe/cross_entropy.ts";
import { mostProbable } from "../probe/most_probable.ts";
import { temper } from "../probe/temper.ts";
import type { ClassifierMetrics } from "./classifiers.ts";

/** How examples were judged. */
export interface JudgedExamples {
  /** The true classes, int32 `[N]`. */
  labels: Int32Array;
  /** C. */
  classes: number;
  /** T by which `temper` calibrates the probabilities. */
  temperature: number;
  by: ClassifierMetrics["by"];
}

/**
 * How good a classifier is, by examples that it did not learn from.
 *
 * @param probabilities Before the temperature, float32 `[N, C]`; N may be 0.
 * @param judged The truth, and how it was judged.
 * @returns The metrics; null where there is nothing to judge by.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { classifierMetrics } from "./classifier_metrics.ts";
 * const { accuracy, confusion } = classifierMetrics(Float32Array.of(0.9, 0.1, 0.6, 0.4), {
 *   labels: Int32Array.of(0, 1),
 *   classes: 2,
 *   temperature: 1,
 *   by: "held-out",
 * });
 * assertEquals([accuracy, confusion], [0.5, [[1, 0], [1, 0]]]);
 * ```
 */
export function classifierMetrics(
  probabilities: Float32Array,
  { labels, classes, temperature, by }: JudgedExamples,
): ClassifierMetrics {
  const count = labels.length;
  const predictions = mostProbable(probabilities, classes);
  const confusion = confusionMatrix(predictions, { labels, classes });
  const recall = recallByClass(confusion);
  if (count === 0) {
    const unknown = { accuracy: null, standardError: null, crossEntropy: null };
    const errors = { calibrationError: null, uncalibratedError: null };
    return { by, count, ...unknown, ...errors, confusion, recall };
  }
  const calibrated = temper(probabilities, { classes, temperature });
  const share = accuracy(predictions, labels);
  return {
    by,
    count,
    accuracy: share,
    standardError: Math.sqrt(share * (1 - share) / count),
    calibrationError: calibrationError(calibrated, { labels }),
    uncalibratedError: calibrationError(probabilities, { labels }),
    crossEntropy: meanCrossEntropy(calibrated, labels),
    confusion,
    recall,
  };
}
