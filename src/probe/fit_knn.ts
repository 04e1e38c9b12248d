import { meanCrossEntropy } from "./cross_entropy.ts";
import {
  checkExamples,
  type Examples,
  type ExampleShape,
  placeRows,
  selectExamples,
} from "./examples.ts";
import { foldSplits, judgedRows, stratifiedFolds } from "./folds.ts";
import { countVotes } from "./knn.ts";
import { nearestNeighbours } from "./nearest_neighbours.ts";
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
  const judged = judgedRows(folds);
  if (judged.length === 0) {
    return { k: 1, temperature: TEMPERATURE, outOfFold: null, judged, calibration: 1 };
  }
  const tried = NEIGHBOURS.filter((k) => k === 1 || k < count)
    .map((k) => ({ k, outOfFold: new Float32Array(count * classes) }));
  for (const { heldOut, rest } of foldSplits(folds)) {
    signal?.throwIfAborted();
    const others = selectExamples(examples, rest);
    const neighbours = await nearestNeighbours({
      train: others.features,
      test: selectExamples(examples, heldOut).features,
      dimension,
      k: tried.at(-1)!.k,
    });
    for (const { k, outOfFold } of tried) {
      const votes = countVotes(neighbours, {
        trainLabels: others.labels,
        classes,
        k,
        temperature: TEMPERATURE,
      });
      placeRows(outOfFold, { rows: heldOut, values: voteProbabilities(votes, classes) });
    }
  }
  const [best] = tried.map(({ k, outOfFold }) => {
    const { features, labels } = selectExamples(
      { features: outOfFold, labels: examples.labels },
      judged,
    );
    const calibration = scaleTemperature(features, { labels });
    const calibrated = temper(features, { classes, temperature: calibration });
    return { k, outOfFold, calibration, cost: meanCrossEntropy(calibrated, labels) };
  }).sort((a, b) => a.cost - b.cost);
  const { k, outOfFold, calibration } = best;
  return { k, temperature: TEMPERATURE, outOfFold, judged, calibration };
}
