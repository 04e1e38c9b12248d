import { LookalikeError } from "../errors.ts";
import { compile, tf } from "../tensorflow/mod.ts";
import { checkExamples, checkFeatures, type ExampleShape } from "./examples.ts";
import { type FeatureScale, featureScale } from "./feature_scale.ts";
import { minimizeLbfgs } from "./lbfgs.ts";
import { softmaxLoss } from "./softmax_loss.ts";

/** How a logistic regression is fitted. */
export interface LogisticRegressionOptions extends ExampleShape {
  /**
   * λ of the penalty λ/2 · ‖W‖² on the mean cross-entropy: scikit-learn's 1 / (C · N). As the features
   * are standardised, the same λ means the same whatever their unit.
   */
  l2?: number;
  /** Stop when no entry of the gradient is larger; scikit-learn's 1e-4 unless told. */
  tolerance?: number;
  /** Stop after so many steps of L-BFGS even so. */
  maxIterations?: number;
  /** Begin at the weights and bias of another fit; at zeros unless told. */
  start?: Pick<LogisticRegression, "weights" | "bias">;
}

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

/** The penalty where none is given: that of scikit-learn's C = 1 at 10,000 examples. */
export const DEFAULT_L2 = 1e-4;

// 2⁻²³ is float32's rounding; sums of thousands of terms lose about two bits more.
const FLOAT32_SUM_PRECISION = 2 ** -21;

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
  options: LogisticRegressionOptions,
): Promise<LogisticRegression> {
  const { dimension, classes, l2 = DEFAULT_L2, tolerance = 1e-4, maxIterations = 500 } = options;
  const count = checkExamples({ features, labels }, options);
  if (!(l2 >= 0)) {
    const message = `Cannot fit a classifier as l2 must be 0 or more: it is ${l2}.`;
    throw new LookalikeError("invalid_input", message, { param: "l2" });
  }
  if (labels.every((label) => label === labels[0])) {
    const message = "Cannot fit a classifier as the examples must be of two classes or more: " +
      `all ${count} are of class ${labels[0]}.`;
    throw new LookalikeError("invalid_input", message, { param: "labels" });
  }
  const scale = featureScale(features, dimension);
  const problem = tf.tidy(() => ({
    features: standardize(tf.tensor2d(features, [count, dimension]), scale), // [N, F]
    targets: tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat() as tf.Tensor2D, // [N, C]
    l2,
  }));
  const evaluate = compile(
    (parameters: tf.Tensor2D) => softmaxLoss(parameters, problem),
    { name: "logistic_regression" },
  );
  try {
    const found = await minimizeLbfgs(
      async (point) => {
        const parameters = tf.tensor2d(Float32Array.from(point), [dimension + 1, classes]);
        const { loss, gradient } = await evaluate(parameters);
        const [[value], slopes] = await Promise.all([loss.data(), gradient.data()]);
        tf.dispose([parameters, loss, gradient]);
        return { value, gradient: Float64Array.from(slopes) };
      },
      beginning(options),
      { tolerance, maxIterations, valuePrecision: FLOAT32_SUM_PRECISION },
    );
    return {
      dimension,
      classes,
      ...scale,
      weights: Float32Array.from(found.point.subarray(0, dimension * classes)),
      bias: Float32Array.from(found.point.subarray(dimension * classes)),
      loss: found.value,
      iterations: found.iterations,
      converged: found.converged,
    };
  } finally {
    evaluate.dispose();
    tf.dispose([problem.features, problem.targets]);
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

/** Where L-BFGS begins, float64 `[(F + 1) · C]`. */
function beginning({ dimension, classes, start }: LogisticRegressionOptions): Float64Array {
  const point = new Float64Array((dimension + 1) * classes);
  if (start) {
    point.set(start.weights);
    point.set(start.bias, start.weights.length);
  }
  return point;
}

function standardize(features: tf.Tensor2D, scale: FeatureScale): tf.Tensor2D {
  return features.sub(scale.mean).div(scale.std);
}
