import { tf } from "../tensorflow/mod.ts";
import { checkFeatures, type ExampleShape } from "./examples.ts";
import { type FeatureScale, standardize } from "./feature_scale.ts";
import { type FitOptions, openLogisticFitter } from "./logistic_fitter.ts";
import { compileSoftmaxLoss } from "./softmax_loss.ts";

/** A fitted multinomial logistic regression: logits = ((x − mean) / std) · weights + bias. */
export interface LogisticRegression extends FeatureScale {
  /** F, how many features a row has. */
  dimension: number;
  /** C, how many classes there are. */
  classes: number;
  /** float32 `[F, C]`. */
  weights: Float32Array;
  /** float32 `[C]`. */
  bias: Float32Array;
  /** The loss it ended at: mean cross-entropy and penalty, in nats. */
  loss: number;
  /** How many steps of L-BFGS it took. */
  iterations: number;
  /** Whether the gradient fell to the tolerance. */
  converged: boolean;
}

/**
 * Fits a multinomial logistic regression to frozen features, standardised by their own mean and
 * deviation, by L-BFGS (the linear evaluation of arXiv 2002.05709 appendix B.8).
 *
 * The features are copied to the device once; every evaluation there is one compiled call, so the
 * event loop stays free.
 *
 * @param features float32 `[N, F]`.
 * @param labels Their classes, int32 `[N]`; two at least must occur.
 * @param options Sizes, penalty, and when to stop.
 * @returns The classifier.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, lengths or labels do not
 * agree, or all examples are of one class.
 */
export async function fitLogisticRegression(
  features: Float32Array,
  labels: Int32Array,
  options: ExampleShape & FitOptions,
): Promise<LogisticRegression> {
  const loss = compileSoftmaxLoss();
  try {
    const fitter = await openLogisticFitter({ features, labels }, { ...options, loss });
    try {
      return await fitter.fit(options);
    } finally {
      fitter.dispose();
    }
  } finally {
    loss.dispose();
  }
}

/**
 * The probability of each class for each row.
 *
 * @param model A fitted classifier.
 * @param features float32 `[N, F]`, as they are: the classifier standardises them.
 * @returns float32 `[N, C]`; rows sum to 1.
 * @throws {LookalikeError} `invalid_input` if the features are not finite rows of F.
 */
export async function predictLogisticRegression(
  model: LogisticRegression,
  features: Float32Array,
): Promise<Float32Array> {
  const { dimension, classes } = model;
  const count = checkFeatures(features, dimension);
  const probabilities = tf.tidy(() => {
    const x = standardize(tf.tensor2d(features, [count, dimension]), model); // [N, F]
    const logits = x.matMul(tf.tensor2d(model.weights, [dimension, classes])).add(model.bias);
    return tf.softmax(logits); // [N, C]
  });
  const values = await probabilities.data() as Float32Array;
  probabilities.dispose();
  return values;
}
