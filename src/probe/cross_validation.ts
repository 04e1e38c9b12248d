import { meanCrossEntropy } from "./cross_entropy.ts";
import { type Examples, type ExampleShape, selectExamples } from "./examples.ts";
import {
  createLogisticFitter,
  type FitOptions,
  type LogisticFitter,
  type LogisticRegression,
  predictLogisticRegression,
} from "./logistic_regression.ts";
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

/** One fold: which rows it judges, and what it learns from. */
interface Fold {
  heldOut: number[];
  features: Float32Array;
  fitter: LogisticFitter;
  last?: LogisticRegression;
}

/**
 * Prepares the fits of a cross-validation: the examples of every fold are copied to the device once,
 * and all fits share one compiled loss and begin where the last ended.
 *
 * @param examples Features and labels.
 * @param options Their sizes, and the fold that holds each row out, int32 `[N]`, −1 for none.
 * @returns The fits; its caller disposes them.
 * @throws {LookalikeError} `invalid_input` if a fold cannot be fitted to, as one of one class.
 */
export function createCrossValidation(
  examples: Examples,
  options: ExampleShape & { folds: Int32Array },
): CrossValidation {
  const { dimension, classes, folds } = options;
  const { labels } = examples;
  const rows = [...folds.keys()];
  const judged = rows.filter((row) => folds[row] >= 0);
  const loss = compileSoftmaxLoss();
  const open: Fold[] = [];
  const dispose = () => {
    open.forEach(({ fitter }) => fitter.dispose());
    loss.dispose();
  };
  try {
    for (const fold of new Set(judged.map((row) => folds[row]))) {
      const heldOut = judged.filter((row) => folds[row] === fold);
      const rest = selectExamples(examples, rows.filter((row) => folds[row] !== fold));
      const { features } = selectExamples(examples, heldOut);
      const fitter = createLogisticFitter(rest, { dimension, classes, loss });
      open.push({ heldOut, features, fitter });
    }
  } catch (error) {
    dispose();
    throw error;
  }

  const judge = async (options: FitOptions) => {
    const found = new Float32Array(labels.length * classes);
    for (const fold of open) {
      fold.last = await fold.fitter.fit({ ...options, start: fold.last });
      const probabilities = await predictLogisticRegression(fold.last, fold.features);
      fold.heldOut.forEach((row, i) =>
        found.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes)
      );
    }
    return found;
  };
  const crossEntropy = async (options: FitOptions) => {
    const of = selectExamples({ features: await judge(options), labels }, judged);
    return meanCrossEntropy(of.features, of.labels);
  };
  return { judged: Int32Array.from(judged), judge, crossEntropy, dispose };
}
