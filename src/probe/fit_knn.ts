import { meanCrossEntropy } from "./cross_entropy.ts";
import { checkExamples, type Examples, type ExampleShape, selectExamples } from "./examples.ts";
import { FOLDS, stratifiedFolds } from "./folds.ts";
import { knnVotes } from "./knn.ts";
import { scaleTemperature } from "./scale_temperature.ts";
import { temper } from "./temper.ts";
import { voteProbabilities } from "./vote_probabilities.ts";

/** How many neighbours are tried. */
const NEIGHBOURS = [1, 3, 5, 10, 20, 50, 200];

/** τ of the vote: what the field reports. */
const TEMPERATURE = 0.1;

/** How a vote of nearest neighbours is chosen. */
export interface FitKnnOptions extends ExampleShape {
  /** Ends the work: it then throws the signal's reason. */
  signal?: AbortSignal;
  /** Which examples are held out together is a function of it; 0 unless told. */
  seed?: number;
}

/** A vote of nearest neighbours, and what cross-validation says of it. */
export interface FittedKnn {
  /** How many neighbours vote. */
  k: number;
  /** τ: a neighbour of cosine similarity s votes with weight exp(s / τ). */
  temperature: number;
  /**
   * What the vote of the others says of each example, as `voteProbabilities` has it and before the
   * calibration, float32 `[N, C]`; rows that are not in `judged` are zeros. Null where no class has
   * two examples.
   */
  outOfFold: Float32Array | null;
  /** The rows that have out-of-fold probabilities, int32, rising: all but a class's only example. */
  judged: Int32Array;
  /** T by which `temper` calibrates `voteProbabilities`; 1 where nothing is judged. */
  calibration: number;
}

/**
 * Chooses how many nearest neighbours vote, by 5-fold cross-validation, and calibrates the vote.
 *
 * The k is taken at which the cross-entropy of the calibrated probabilities is least.
 *
 * @param examples Features and labels.
 * @param options Sizes, and how.
 * @returns The vote.
 * @throws {LookalikeError} `invalid_input` if a feature is not finite, or sizes or labels do not agree.
 */
export async function fitKnn(examples: Examples, options: FitKnnOptions): Promise<FittedKnn> {
  const { dimension, classes, seed = 0, signal } = options;
  const count = checkExamples(examples, options);
  const folds = stratifiedFolds(examples.labels, seed);
  const judged = Int32Array.from(folds.keys().filter((row) => folds[row] >= 0));
  const none = { temperature: TEMPERATURE, outOfFold: null, judged, calibration: 1 };
  if (judged.length === 0) return { k: 1, ...none };
  const labels = Int32Array.from(judged, (row) => examples.labels[row]);
  let best = { k: 1, ...none, cost: Infinity };
  for (const k of NEIGHBOURS.filter((k) => k === 1 || k < count)) {
    const found = new Float32Array(count * classes);
    for (let fold = 0; fold < FOLDS; fold++) {
      signal?.throwIfAborted();
      const held = [...judged].filter((row) => folds[row] === fold);
      if (held.length === 0) continue;
      const others = selectExamples(
        examples,
        [...folds.keys()].filter((row) => folds[row] !== fold),
      );
      const votes = await knnVotes({
        train: others.features,
        trainLabels: others.labels,
        test: selectExamples(examples, held).features,
        dimension,
        classes,
        k,
        temperature: TEMPERATURE,
      });
      const probabilities = voteProbabilities(votes, classes);
      held.forEach((row, i) =>
        found.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes)
      );
    }
    const own = selectExamples({ features: found, labels: examples.labels }, [...judged]).features;
    const calibration = scaleTemperature(own, { labels });
    const cost = meanCrossEntropy(temper(own, { classes, temperature: calibration }), labels);
    if (cost < best.cost) best = { ...best, k, calibration, cost, outOfFold: found as never };
  }
  const { cost: _, ...fitted } = best;
  return fitted;
}
