import { openCrossValidation } from "./cross_validation.ts";
import { checkExamples, type Examples, type ExampleShape, selectExamples } from "./examples.ts";
import { stratifiedFolds } from "./folds.ts";
import { closeTolerance } from "./logistic_fitter.ts";
import { fitLogisticRegression, type LogisticRegression } from "./logistic_regression.ts";
import { cheapestL2 } from "./pick_l2.ts";
import { scaleTemperature } from "./scale_temperature.ts";

/**
 * λ where each class has one example and nothing can be held out: of 10 images of CIFAR-10, one a class,
 * it makes a cross-entropy of 2.2 nats on others, where the default of large sets makes 3.4.
 */
const UNJUDGED_L2 = 1;

/**
 * With fewer examples than this to judge by, λ above {@linkcode UNJUDGED_L2} is not believed: it wins
 * where each fit knows so little that saying nothing costs least, and is worse than it on others.
 */
const FEW_JUDGED = 50;

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
 * At the same λ its probabilities are those of scikit-learn's LogisticRegression, to 1e-3. The device
 * holds the features four times meanwhile, once for each fold less its own fifth.
 *
 * @param examples Features and labels; two classes at least must occur.
 * @param options Sizes, and how.
 * @returns The probe.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, sizes or labels do not agree,
 * or all examples are of one class.
 */
export async function fitProbe(examples: Examples, options: ProbeOptions): Promise<FittedProbe> {
  const { dimension, classes, seed = 0, signal } = options;
  checkExamples(examples, options);
  const { features, labels } = examples;
  const folds = stratifiedFolds(labels, seed);
  const validation = await openCrossValidation(examples, { dimension, classes, folds });
  try {
    const { judged } = validation;
    const isJudged = judged.length > 0;
    const most = judged.length < FEW_JUDGED ? UNJUDGED_L2 : Infinity;
    const l2 = options.l2 ??
      (isJudged ? Math.min(most, await cheapestL2(validation, { signal })) : UNJUDGED_L2);
    const close = { l2, tolerance: closeTolerance(l2), signal };
    const outOfFold = isJudged ? await validation.judge(close) : null;
    const model = await fitLogisticRegression(features, labels, { dimension, classes, ...close });
    const own = outOfFold && selectExamples({ features: outOfFold, labels }, judged);
    const temperature = own ? scaleTemperature(own.features, own) : 1;
    return { model, l2, outOfFold, judged, temperature };
  } finally {
    validation.dispose();
  }
}
