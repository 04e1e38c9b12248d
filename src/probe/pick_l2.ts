import { checkExamples, type Examples, type ExampleShape, selectExamples } from "./examples.ts";
import {
  DEFAULT_L2,
  fitLogisticRegression,
  predictLogisticRegression,
} from "./logistic_regression.ts";

// Between the first, at which little but the class frequencies is learnt, and the last the best lies
// for a few hundred features of an encoder as for thousands of raw pixels.
const CANDIDATES = [1, 1e-1, 1e-2, 1e-3, 1e-4];

/** Every so many-th example of a class is held out. */
const FOLDS = 5;

/** The gradient at which candidates are compared: closer would not change the choice. */
const TOLERANCE = 1e-3;

/**
 * Picks the penalty of a logistic regression on examples held out for it, as arXiv 2002.05709
 * appendix B.8 does: what suits a few good features lets thousands of poor ones overfit.
 *
 * From the strongest penalty on, each is tried until the cross-entropy of the held-out examples,
 * every fifth of each class, gets worse.
 *
 * @param examples Features and labels.
 * @param shape Their sizes.
 * @returns The penalty for `fitLogisticRegression`; {@linkcode DEFAULT_L2} where no class has five
 * examples.
 * @throws {LookalikeError} `invalid_input` if the examples cannot be fitted to.
 */
export async function pickL2(examples: Examples, shape: ExampleShape): Promise<number> {
  checkExamples(examples, shape);
  const { fit, heldOut } = split(examples, shape);
  if (heldOut.labels.length === 0) return DEFAULT_L2;
  let best = { l2: DEFAULT_L2, entropy: Infinity };
  for (const l2 of CANDIDATES) {
    const options = { ...shape, l2, tolerance: TOLERANCE };
    const model = await fitLogisticRegression(fit.features, fit.labels, options);
    const probabilities = await predictLogisticRegression(model, heldOut.features);
    const entropy = crossEntropy(probabilities, heldOut.labels);
    if (entropy >= best.entropy) break;
    best = { l2, entropy };
  }
  return best.l2;
}

function split(examples: Examples, shape: ExampleShape): { fit: Examples; heldOut: Examples } {
  const seen = new Array(shape.classes).fill(0);
  const held = Array.from(examples.labels, (label) => ++seen[label] % FOLDS === 0);
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
