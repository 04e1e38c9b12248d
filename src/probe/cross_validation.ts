import { meanCrossEntropy } from "./cross_entropy.ts";
import { type Examples, type ExampleShape, placeRows, selectExamples } from "./examples.ts";
import { foldSplits, judgedRows } from "./folds.ts";
import { type FitOptions, type LogisticFitter, openLogisticFitter } from "./logistic_fitter.ts";
import { type LogisticRegression, predictLogisticRegression } from "./logistic_regression.ts";
import { compileSoftmaxLoss } from "./softmax_loss.ts";

/** Logistic regressions that each leave a fold of the examples out, to judge it. */
export interface CrossValidation {
  /** The rows that some fold holds out, int32, rising. */
  readonly judged: Int32Array;
  /**
   * What the fits without each example say of it.
   *
   * @param options The penalty, and how closely; each fit begins where the last of its fold ended.
   * @returns Probabilities, float32 `[N, C]`; rows that no fold holds out are zeros.
   */
  judge(options: FitOptions): Promise<Float32Array>;
  /**
   * The mean cross-entropy of the judged rows.
   *
   * @param options As `judge` takes them.
   * @returns In nats.
   */
  crossEntropy(options: FitOptions): Promise<number>;
  /** Frees what is on the device; no fit may be under way. */
  dispose(): void;
}

/** One fold: which rows it judges, and what learns from the others. */
interface Fold {
  heldOut: number[];
  features: Float32Array;
  fitter: LogisticFitter;
  last?: LogisticRegression;
}

/**
 * Prepares the fits of a cross-validation: what each fold learns from is copied to the device once,
 * all fits share one compiled loss, and each begins where the last of its fold ended.
 *
 * @param examples Features and labels.
 * @param options Their sizes, and the fold that holds each row out, int32 `[N]`, −1 for none.
 * @returns The fits; its caller disposes them.
 * @throws {LookalikeError} `invalid_input` if the examples cannot be fitted to, as those of one class.
 */
export async function openCrossValidation(
  examples: Examples,
  options: ExampleShape & { folds: Int32Array },
): Promise<CrossValidation> {
  const { dimension, classes } = options;
  const { labels } = examples;
  const judged = judgedRows(options.folds);
  const loss = compileSoftmaxLoss();
  const folds: Fold[] = [];
  const dispose = () => {
    folds.forEach(({ fitter }) => fitter.dispose());
    loss.dispose();
  };
  try {
    for (const { heldOut, rest } of foldSplits(options.folds)) {
      const { features } = selectExamples(examples, heldOut);
      const fitter = await openLogisticFitter(selectExamples(examples, rest), {
        dimension,
        classes,
        loss,
      });
      folds.push({ heldOut, features, fitter });
      await new Promise((resolve) => setTimeout(resolve)); // who waits for the event loop goes first
    }
  } catch (error) {
    dispose();
    throw error;
  }

  const judge = async (options: FitOptions) => {
    const found = new Float32Array(labels.length * classes); // [N, C]
    const judgeFold = async (fold: Fold) => {
      fold.last = await fold.fitter.fit({ ...options, start: fold.last });
      const values = await predictLogisticRegression(fold.last, fold.features);
      placeRows(found, { rows: fold.heldOut, values });
    };
    // Together, as a small fit mostly waits. All end before an error leaves, so that nothing is
    // under way when its examples are freed.
    const ends = await Promise.allSettled(folds.map(judgeFold));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
    return found;
  };
  const crossEntropy = async (options: FitOptions) => {
    const own = selectExamples({ features: await judge(options), labels }, judged);
    return meanCrossEntropy(own.features, own.labels);
  };
  return { judged, judge, crossEntropy, dispose };
}
