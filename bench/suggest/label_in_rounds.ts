import { accuracy } from "../../src/probe/accuracy.ts";
import { type Examples, type ExampleShape, selectExamples } from "../../src/probe/examples.ts";
import { fitProbe, type FittedProbe } from "../../src/probe/fit_probe.ts";
import { predictLogisticRegression } from "../../src/probe/logistic_regression.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { temper } from "../../src/probe/temper.ts";
import type { Way } from "./ways.ts";

/** Images to choose from, and images to test on. */
export interface Images extends ExampleShape {
  pool: Examples;
  test: Examples;
}

/** What a number of labels was worth. */
export interface Worth {
  labels: number;
  /** Of the probe on the test images, 0 to 1. */
  accuracy: number;
  /** How many classes are among the labels. */
  found: number;
}

/**
 * Labels images as a person would who asks which to label next: so many, a probe, so many more.
 *
 * @param images The images; a label of the pool is looked at once its image is picked.
 * @param options.way Picks.
 * @param options.rounds How many labels there are after each round, rising.
 * @param options.seed What is drawn is a function of it.
 * @returns What the labels were worth after each round.
 */
export async function* labelInRounds(
  images: Images,
  options: { way: Way; rounds: number[]; seed: number },
): AsyncGenerator<Worth> {
  const { pool, test, dimension } = images;
  const { way, rounds, seed } = options;
  const labelled: number[] = [];
  let probe: FittedProbe | null = null;
  for (const labels of rounds) {
    const others = [...pool.labels.keys()].filter((row) => !labelled.includes(row));
    const candidates = selectExamples(pool, others).features;
    const picks = await way({
      candidates,
      known: selectExamples(pool, labelled).features,
      dimension,
      probabilities: probe && await probabilitiesOf(probe, candidates),
      count: labels - labelled.length,
      seed,
    });
    picks.forEach((pick) => labelled.push(others[pick]));
    const examples = selectExamples(pool, labelled);
    const found = [...new Set(examples.labels)]; // a probe knows the classes that it was shown
    probe = await fitProbe(
      { ...examples, labels: examples.labels.map((label) => found.indexOf(label)) },
      { dimension, classes: found.length, seed },
    );
    const predictions = mostProbable(
      await predictLogisticRegression(probe.model, test.features),
      found.length,
    ).map((index) => found[index]);
    yield { labels, accuracy: accuracy(predictions, test.labels), found: found.length };
  }
}

async function probabilitiesOf(
  { model, temperature }: FittedProbe,
  features: Float32Array,
): Promise<Float32Array> {
  const probabilities = await predictLogisticRegression(model, features);
  return temper(probabilities, { classes: model.classes, temperature });
}
