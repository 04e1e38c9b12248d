import { LookalikeError } from "../errors.ts";
import { tf } from "../tensorflow/mod.ts";
import { checkExamples, type Examples, type ExampleShape } from "./examples.ts";
import { featureScale, standardize } from "./feature_scale.ts";
import { minimizeLbfgs } from "./lbfgs.ts";
import type { LogisticRegression } from "./logistic_regression.ts";
import { rowSpace } from "./row_space.ts";
import type { CompiledSoftmaxLoss } from "./softmax_loss.ts";

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

/** The penalty where none is given: that of scikit-learn's C = 1 at 10,000 examples. */
export const DEFAULT_L2 = 1e-4;

// 2⁻²³ is float32's rounding; sums of thousands of terms lose about two bits more.
const FLOAT32_SUM_PRECISION = 2 ** -21;

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
 * Copies examples to the device to fit logistic regressions to, as `fitLogisticRegression` does.
 *
 * Of features more than twice as many as examples, only their coordinates in the space that the
 * examples span go there: the penalised minimum lies in it, and so does all of L-BFGS's way from zeros.
 * Fifty examples of 2,048 features cost what they would of fifty.
 *
 * @param examples Features and labels; two classes at least must occur.
 * @param options Their sizes, and the loss, which fitters may share.
 * @returns What fits; its caller disposes it.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, lengths or labels do not
 * agree, or all examples are of one class.
 */
export async function openLogisticFitter(
  examples: Examples,
  options: ExampleShape & { loss: CompiledSoftmaxLoss },
): Promise<LogisticFitter> {
  const { dimension, classes, loss: evaluate } = options;
  const { labels } = examples;
  const count = checkExamples(examples, options);
  if (labels.every((label) => label === labels[0])) {
    const message = "Cannot fit a classifier as the examples must be of two classes or more: " +
      `all ${count} are of class ${labels[0]}.`;
    throw new LookalikeError("invalid_input", message, { param: "labels" });
  }
  const scale = featureScale(examples.features, dimension);
  const standardized = tf.tidy(() =>
    standardize(tf.tensor2d(examples.features, [count, dimension]), scale)
  ); // [N, F]
  const { features, basis } = 2 * count <= dimension
    ? await inOwnSpace(standardized)
    : { features: standardized, basis: null };
  const width = features.shape[1]; // R, or F
  const targets = tf.tidy(() =>
    tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat() as tf.Tensor2D
  ); // [N, C]

  /** Where L-BFGS begins, float64 `[(width + 1) · C]`. */
  const beginning = async ({ start }: FitOptions) => {
    const point = new Float64Array((width + 1) * classes);
    if (!start) return point;
    const weights = basis === null
      ? start.weights
      : await read(() => basis.matMul(tf.tensor2d(start.weights, [dimension, classes])) // [R, C]
      );
    point.set(weights);
    point.set(start.bias, width * classes);
    return point;
  };
  /** The weights at a point, float32 `[F, C]`. */
  const weightsAt = (point: Float64Array) => {
    const weights = Float32Array.from(point.subarray(0, width * classes));
    if (basis === null) return weights;
    return read(() => tf.matMul(basis, tf.tensor2d(weights, [width, classes]), true)); // [F, C]
  };
  const fit = async (options: FitOptions = {}): Promise<LogisticRegression> => {
    const { l2 = DEFAULT_L2, tolerance = 1e-4, maxIterations = 500, signal } = options;
    if (!(l2 >= 0)) {
      const message = `Cannot fit a classifier as l2 must be 0 or more: it is ${l2}.`;
      throw new LookalikeError("invalid_input", message, { param: "l2" });
    }
    const penalty = tf.scalar(l2);
    const objective = async (point: Float64Array) => {
      signal?.throwIfAborted();
      const parameters = tf.tensor2d(Float32Array.from(point), [width + 1, classes]);
      const { loss, gradient } = await evaluate(parameters, features, targets, penalty);
      const [[value], slopes] = await Promise.all([loss.data(), gradient.data()]);
      tf.dispose([parameters, loss, gradient]);
      return { value, gradient: Float64Array.from(slopes) };
    };
    try {
      const found = await minimizeLbfgs(objective, await beginning(options), {
        tolerance,
        maxIterations,
        valuePrecision: FLOAT32_SUM_PRECISION,
      });
      return {
        dimension,
        classes,
        ...scale,
        weights: await weightsAt(found.point),
        bias: Float32Array.from(found.point.subarray(width * classes)),
        loss: found.value,
        iterations: found.iterations,
        converged: found.converged,
      };
    } finally {
      penalty.dispose();
    }
  };
  const dispose = () => {
    tf.dispose([features, targets]);
    basis?.dispose();
  };
  return { fit, dispose };
}

/** Features by their coordinates in the space that they span, `[N, R]`, and its basis, `[R, F]`. */
async function inOwnSpace(
  features: tf.Tensor2D,
): Promise<{ features: tf.Tensor2D; basis: tf.Tensor2D }> {
  const [count, dimension] = features.shape;
  const rows = await features.data() as Float32Array;
  features.dispose();
  const { rank, basis, coordinates } = await rowSpace(rows, dimension);
  return {
    features: tf.tensor2d(coordinates, [count, rank]),
    basis: tf.tensor2d(basis, [rank, dimension]),
  };
}

/** The values of a tensor that is of no further use. */
async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  const values = await tensor.data() as Float32Array;
  tensor.dispose();
  return values;
}
