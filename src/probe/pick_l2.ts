import { coarseToFine } from "./coarse_to_fine.ts";
import { type CrossValidation, openCrossValidation } from "./cross_validation.ts";
import { checkExamples, type Examples, type ExampleShape } from "./examples.ts";
import { FOLDS } from "./folds.ts";
import { DEFAULT_L2, type FitOptions } from "./logistic_fitter.ts";

/** The 45 values of λ of appendix B.8, evenly spaced on a logarithmic scale: four a decade. */
export const L2_GRID: readonly number[] = Array.from({ length: 45 }, (_, i) => 10 ** (i / 4 - 6));

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
  const folds = everyFifth(examples.labels, options);
  if (folds.every((fold) => fold < 0)) return DEFAULT_L2;
  const validation = await openCrossValidation(examples, { ...options, folds });
  try {
    return await cheapestL2(validation);
  } finally {
    validation.dispose();
  }
}

/**
 * The penalty of {@linkcode L2_GRID} at which the cross-entropy of the examples that are held out is
 * least. Values are tried from the strongest on, coarse to fine.
 *
 * @param validation The fits, and which examples they hold out.
 * @param options.signal Ends the search: it then throws the signal's reason.
 * @returns λ.
 */
export async function cheapestL2(
  validation: CrossValidation,
  options: Pick<FitOptions, "signal"> = {},
): Promise<number> {
  const costOf = (point: number) =>
    validation.crossEntropy({ ...options, l2: L2_GRID[point], tolerance: TOLERANCE });
  return L2_GRID[await coarseToFine(L2_GRID.length, costOf)];
}

/** One fold alone: 0 for every fifth of each class that has five, −1 for all others. */
function everyFifth(
  labels: Int32Array,
  options: ExampleShape & { fold?: number },
): Int32Array {
  const { classes, fold = 0 } = options;
  const ofClass = new Array(classes).fill(0);
  labels.forEach((label) => ofClass[label]++);
  const seen = new Array(classes).fill(0);
  return labels.map((label) =>
    seen[label]++ % FOLDS === FOLDS - 1 - fold && ofClass[label] >= FOLDS ? 0 : -1
  );
}
