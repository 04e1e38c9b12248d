import { coarseToFine } from "./coarse_to_fine.ts";
import { meanCrossEntropy } from "./cross_entropy.ts";
import { checkExamples, type Examples, type ExampleShape, selectExamples } from "./examples.ts";
import { FOLDS, stratifiedFolds } from "./folds.ts";
import {
  DEFAULT_L2,
  fitLogisticRegression,
  type LogisticRegression,
  predictLogisticRegression,
} from "./logistic_regression.ts";
import { L2_GRID } from "./pick_l2.ts";
import { scaleTemperature } from "./scale_temperature.ts";

/** How a probe is fitted. */
export interface ProbeOptions extends ExampleShape {
  /** λ, as `fitLogisticRegression` takes it; picked by cross-validation unless told. */
  l2?: number;
  /** Ends the fit: it then throws the signal's reason. */
  signal?: AbortSignal;
  /** Which examples are held out together is a function of it; 0 unless told. */
  seed?: number;
}

/** A linear probe, and what cross-validation says of it. */
export interface FittedProbe {
  /** The fit to all examples. */
  model: LogisticRegression;
  /** λ of it. */
  l2: number;
  /**
   * What fits without each example say of it at that λ, before the temperature, float32 `[N, C]`; rows
   * that are not in `judged` are zeros. Null where no class has two examples.
   */
  outOfFold: Float32Array | null;
  /** The rows that have out-of-fold probabilities, int32, rising: all but a class's only example. */
  judged: Int32Array;
  /** T by which logits are divided to be calibrated; 1 where nothing is judged. */
  temperature: number;
}

/**
 * Fits a linear probe with all that comes with it: λ by 5-fold cross-validation, out-of-fold
 * probabilities at that λ, the fit to all examples, and the temperature that calibrates it.
 *
 * @param examples Features and labels; two classes at least must occur.
 * @param options Sizes, and how.
 * @returns The probe.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, sizes or labels do not agree,
 * or all examples are of one class.
 */
export async function fitProbe(examples: Examples, options: ProbeOptions): Promise<FittedProbe> {
  const { dimension, classes, seed = 0, signal } = options;
  const count = checkExamples(examples, options);
  const folds = stratifiedFolds(examples.labels, seed);
  const judged = Int32Array.from(folds.keys().filter((row) => folds[row] >= 0));
  const fit = (to: Examples, l2: number, start?: LogisticRegression) => {
    signal?.throwIfAborted();
    return fitLogisticRegression(to.features, to.labels, { dimension, classes, l2, start });
  };
  const starts: LogisticRegression[] = [];
  const judge = async (l2: number) => {
    const found = new Float32Array(count * classes);
    for (let fold = 0; fold < FOLDS; fold++) {
      const rows = (held: boolean) =>
        [...folds.keys()].filter((row) => (folds[row] === fold) === held);
      if (rows(true).length === 0) continue;
      starts[fold] = await fit(selectExamples(examples, rows(false)), l2, starts[fold]);
      const heldOut = selectExamples(examples, rows(true));
      const probabilities = await predictLogisticRegression(starts[fold], heldOut.features);
      rows(true).forEach((row, i) =>
        found.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes)
      );
    }
    return found;
  };
  const select = (found: Float32Array) =>
    selectExamples({ features: found, labels: examples.labels }, [...judged]);
  const costAt = async (l2: number) => {
    const { features, labels } = select(await judge(l2));
    return meanCrossEntropy(features, labels);
  };
  if (judged.length === 0) {
    const l2 = options.l2 ?? DEFAULT_L2;
    return { model: await fit(examples, l2), l2, outOfFold: null, judged, temperature: 1 };
  }
  const l2 = options.l2 ??
    L2_GRID[await coarseToFine(L2_GRID.length, (point) => costAt(L2_GRID[point]))];
  const outOfFold = await judge(l2);
  const { features, labels } = select(outOfFold);
  const temperature = scaleTemperature(features, { labels });
  return { model: await fit(examples, l2), l2, outOfFold, judged, temperature };
}
