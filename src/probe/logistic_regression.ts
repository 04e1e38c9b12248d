import { LookalikeError } from "../errors.ts";
import { tf } from "../tensorflow/mod.ts";
import { checkExamples, checkFeatures, type Examples, type ExampleShape } from "./examples.ts";
import { type FeatureScale, featureScale } from "./feature_scale.ts";
import { minimizeLbfgs } from "./lbfgs.ts";
import { type CompiledSoftmaxLoss, compileSoftmaxLoss } from "./softmax_loss.ts";

/** How closely a logistic regression is fitted, and with which penalty. */
export interface FitOptions {
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
  /** Ends the fit: it then throws the signal's reason. */
  signal?: AbortSignal;
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

/**
 * The tolerance at which a fit's probabilities are those of the minimum to 1e-3, so that they are
 * scikit-learn's: a gradient g leaves weights that may be g/λ off, so a weak penalty wants a closer fit.
 * Below λ = 0.001, separable examples ask for more than float32 can tell: there it may be 5e-3.
 *
 * @param l2 λ.
 * @returns The largest entry that the gradient may have, 1e-7 to 1e-5.
 */
export function closeTolerance(l2: number): number {
  return Math.max(1e-7, Math.min(1e-5, 1e-4 * l2));
}

// 2⁻²³ is float32's rounding; sums of thousands of terms lose about two bits more.
const FLOAT32_SUM_PRECISION = 2 ** -21;

/** Examples on the device, ready to be fitted to at one penalty after another. */
export interface LogisticFitter {
  /**
   * Fits to the examples.
   *
   * @throws {LookalikeError} `invalid_input` if the penalty is not 0 or more.
   */
  fit(options?: FitOptions): Promise<LogisticRegression>;
  /** Frees the examples; no fit may be under way. */
  dispose(): void;
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
    const fitter = createLogisticFitter({ features, labels }, { ...options, loss });
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
 * Copies examples to the device to fit logistic regressions to, as {@linkcode fitLogisticRegression}
 * does.
 *
 * @param examples Features and labels; two classes at least must occur.
 * @param options Their sizes, and the loss, which fitters may share.
 * @returns What fits; its caller disposes it.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, lengths or labels do not
 * agree, or all examples are of one class.
 */
export function createLogisticFitter(
  examples: Examples,
  options: ExampleShape & { loss: CompiledSoftmaxLoss },
): LogisticFitter {
  const { dimension, classes, loss: evaluate } = options;
  const { labels } = examples;
  const count = checkExamples(examples, options);
  if (labels.every((label) => label === labels[0])) {
    const message = "Cannot fit a classifier as the examples must be of two classes or more: " +
      `all ${count} are of class ${labels[0]}.`;
    throw new LookalikeError("invalid_input", message, { param: "labels" });
  }
  const scale = featureScale(examples.features, dimension);
  const { features, targets } = tf.tidy(() => ({
    features: standardize(tf.tensor2d(examples.features, [count, dimension]), scale), // [N, F]
    targets: tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat() as tf.Tensor2D, // [N, C]
  }));

  const fit = async (options: FitOptions = {}): Promise<LogisticRegression> => {
    const { l2 = DEFAULT_L2, tolerance = 1e-4, maxIterations = 500, start, signal } = options;
    if (!(l2 >= 0)) {
      const message = `Cannot fit a classifier as l2 must be 0 or more: it is ${l2}.`;
      throw new LookalikeError("invalid_input", message, { param: "l2" });
    }
    const penalty = tf.scalar(l2);
    const objective = async (point: Float64Array) => {
      signal?.throwIfAborted();
      const parameters = tf.tensor2d(Float32Array.from(point), [dimension + 1, classes]);
      const { loss, gradient } = await evaluate(parameters, features, targets, penalty);
      const [[value], slopes] = await Promise.all([loss.data(), gradient.data()]);
      tf.dispose([parameters, loss, gradient]);
      return { value, gradient: Float64Array.from(slopes) };
    };
    try {
      const found = await minimizeLbfgs(objective, beginning(start, { dimension, classes }), {
        tolerance,
        maxIterations,
        valuePrecision: FLOAT32_SUM_PRECISION,
      });
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
      penalty.dispose();
    }
  };
  return { fit, dispose: () => tf.dispose([features, targets]) };
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
function beginning(start: FitOptions["start"], { dimension, classes }: ExampleShape): Float64Array {
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
