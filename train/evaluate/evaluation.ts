import { LookalikeError } from "../../src/errors.ts";
import type { EvaluationReport } from "./evaluate.ts";

/** How often classifiers on some features are right, each from 0 to 1. */
export interface Accuracies {
  /** Multinomial logistic regression on standardised features. */
  linear: number;
  /** Weighted vote of the nearest neighbours. */
  knn: number;
}

/** What an evaluation found: an encoder beside what needs no training. */
export interface Evaluation {
  /** On h of the encoder. */
  encoder: Accuracies;
  /** On h of the same network with random weights. */
  untrained: Accuracies;
  /** On the pixels themselves. */
  rawPixels: Accuracies;
  /** How many images were learnt from and tested on, and how many classes the source has. */
  counts: { train: number; test: number; classes: number };
}

/**
 * The short form of a report on `linear-lbfgs` and `knn`: the mean accuracies.
 *
 * @param report What `evaluate` found by these two.
 * @returns An accuracy a subject and protocol.
 * @throws {LookalikeError} `internal` if the report is of other protocols.
 */
export function toEvaluation(report: EvaluationReport): Evaluation {
  const { protocols, counts } = report;
  const top1 = (protocol: string, subject: string) => {
    const found = protocols.find((each) => each.protocol === protocol)?.measurements
      .find((each) => each.subject === subject);
    if (found) return found.top1.mean;
    throw new LookalikeError(
      "internal",
      `Cannot shorten a report without ${protocol}, ${subject}.`,
    );
  };
  const accuracies = (subject: string): Accuracies => ({
    linear: top1("linear-lbfgs", subject),
    knn: top1("knn", subject),
  });
  return {
    encoder: accuracies("encoder"),
    untrained: accuracies("untrained"),
    rawPixels: accuracies("raw pixels"),
    counts,
  };
}
