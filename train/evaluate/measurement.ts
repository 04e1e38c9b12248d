import { confusionMatrix, recallByClass } from "../../src/probe/confusion_matrix.ts";
import { type ClassScores, mostProbable } from "../../src/probe/most_probable.ts";
import { topAccuracy } from "../../src/probe/top_accuracy.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** How well one classifier recognises the test images, over seeds. */
export interface Measurement {
  /** What it classifies by: `encoder`, `untrained`, `raw pixels`, `fine-tuned`, `from scratch`, … */
  subject: string;
  /** Share of images whose class is the likeliest, 0 to 1. */
  top1: Spread;
  /** Share of images whose class is among the five likeliest; null where there are five or fewer. */
  top5: Spread | null;
  /** Share of each class's images that are recognised; null for a class without test images. */
  recall: (number | null)[];
  /** Counts, a row a true class and a column a predicted one, summed over seeds. */
  confusion: number[][];
}

/**
 * Sums up what a classifier said of the test images.
 *
 * @param subject What it classifies by.
 * @param options.scores Of each seed, `[M, C]`; one alone where nothing depends on the seed.
 * @param options.labels The true classes, int32 `[M]`.
 * @returns Accuracies and confusions.
 */
export function measurementOf(
  subject: string,
  options: { scores: ClassScores[]; labels: Int32Array },
): Measurement {
  const { scores, labels } = options;
  const classes = scores[0].length / labels.length;
  const top = (k: number) => spreadOf(scores.map((own) => topAccuracy(own, { labels, k })));
  const confusions = scores.map((own) =>
    confusionMatrix(mostProbable(own, classes), { labels, classes })
  );
  const confusion = confusions.reduce((sum, own) =>
    sum.map((row, truth) => row.map((count, taken) => count + own[truth][taken]))
  );
  return {
    subject,
    top1: top(1),
    top5: classes > 5 ? top(5) : null,
    recall: recallByClass(confusion),
    confusion,
  };
}
