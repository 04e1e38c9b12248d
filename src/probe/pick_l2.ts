import { coarseToFine } from "./coarse_to_fine.ts";
import { checkExamples, type Examples, type ExampleShape, selectExamples } from "./examples.ts";
import {
  DEFAULT_L2,
  fitLogisticRegression,
  type LogisticRegression,
  predictLogisticRegression,
} from "./logistic_regression.ts";

/** The 45 values of λ of appendix B.8, evenly spaced on a logarithmic scale: four a decade. */
export const L2_GRID: readonly number[] = Array.from({ length: 45 }, (_, i) => 10 ** (i / 4 - 6));

/** Into so many parts the examples of each class are divided; one of them is held out. */
export const FOLDS = 5;

/** The gradient at which candidates are compared: closer would not change the choice. */
const TOLERANCE = 1e-3;

/**
 * Picks the penalty of a logistic regression on examples held out for it, as arXiv 2002.05709
 * appendix B.8 does: what suits a few good features lets thousands of poor ones overfit.
 *
 * Of the 45 values in {@linkcode L2_GRID} the one is taken at which the cross-entropy of the held-out
 * examples, every fifth of each class, is least; the paper, which does not say by what it picks, has
 * them in 1e-6 … 1e5 too, of a scale that it leaves open. Here λ stands beside the mean
 * cross-entropy of standardised features. Values are tried from the strongest on, coarse to fine,
 * each fit beginning where the last one ended: some fifteen fits, most of them short.
 *
 * @param examples Features and labels.
 * @param options Their sizes, and which fifth is held out: 0 to 4, 0 unless told.
 * @returns λ for `fitLogisticRegression`; {@linkcode DEFAULT_L2} where no class has five examples.
 * @throws {LookalikeError} `invalid_input` if the examples cannot be fitted to.
 */
export async function pickL2(
  examples: Examples,
  options: ExampleShape & { fold?: number },
): Promise<number> {
  checkExamples(examples, options);
  const { dimension, classes } = options;
  const { fit, heldOut } = split(examples, options);
  if (heldOut.labels.length === 0) return DEFAULT_L2;
  let start: LogisticRegression | undefined;
  const entropyAt = async (point: number) => {
    start = await fitLogisticRegression(fit.features, fit.labels, {
      dimension,
      classes,
      l2: L2_GRID[point],
      tolerance: TOLERANCE,
      start,
    });
    const probabilities = await predictLogisticRegression(start, heldOut.features);
    return crossEntropy(probabilities, heldOut.labels);
  };
  return L2_GRID[await coarseToFine(L2_GRID.length, entropyAt)];
}

function split(
  examples: Examples,
  options: ExampleShape & { fold?: number },
): { fit: Examples; heldOut: Examples } {
  const { classes, fold = 0 } = options;
  const ofClass = new Array(classes).fill(0);
  examples.labels.forEach((label) => ofClass[label]++);
  const seen = new Array(classes).fill(0);
  const held = Array.from(
    examples.labels,
    (label) => seen[label]++ % FOLDS === FOLDS - 1 - fold && ofClass[label] >= FOLDS,
  );
  const rows = (chosen: boolean) => held.flatMap((own, row) => own === chosen ? [row] : []);
  return {
    fit: selectExamples(examples, rows(false)),
    heldOut: selectExamples(examples, rows(true)),
  };
}

/** The mean of −ln p of the true classes, in nats. */
function crossEntropy(probabilities: Float32Array, labels: Int32Array): number {
  const classes = probabilities.length / labels.length;
  let sum = 0;
  labels.forEach((label, row) => {
    sum -= Math.log(Math.max(probabilities[row * classes + label], 1e-38)); // 0 where it underflows
  });
  return sum / labels.length;
}
