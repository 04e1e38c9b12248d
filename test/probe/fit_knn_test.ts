import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { accuracy } from "../../src/probe/accuracy.ts";
import { calibrationError } from "../../src/probe/calibration_error.ts";
import { meanCrossEntropy } from "../../src/probe/cross_entropy.ts";
import { selectExamples } from "../../src/probe/examples.ts";
import { fitKnn } from "../../src/probe/fit_knn.ts";
import { foldSplits, stratifiedFolds } from "../../src/probe/folds.ts";
import { knnVotes } from "../../src/probe/knn.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { scaleTemperature } from "../../src/probe/scale_temperature.ts";
import { temper } from "../../src/probe/temper.ts";
import { voteProbabilities } from "../../src/probe/vote_probabilities.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { embeddings } from "./embeddings.ts";

await startTensorFlow({ device: "cpu" });

const all = await embeddings();
const { dimension, classes } = all;
const sizes = { dimension, classes };

Deno.test("the k picked is the best of all by cross-validation, a vote at a time", async () => {
  const rows = [...all.labels.keys()].filter((row) => row % 40 < 5);
  const examples = selectExamples(all, rows);
  const { labels } = examples;
  const before = tf.memory().numTensors;
  const fitted = await fitKnn(examples, { ...sizes, seed: 2 });
  assertEquals(tf.memory().numTensors, before);
  const outcomes = [];
  for (const k of [1, 3, 5, 10, 20]) {
    const outOfFold = new Float32Array(labels.length * classes);
    for (const { heldOut, rest } of foldSplits(stratifiedFolds(labels, 2))) {
      const others = selectExamples(examples, rest);
      for (const row of heldOut) {
        const votes = await knnVotes({
          train: others.features,
          trainLabels: others.labels,
          test: selectExamples(examples, [row]).features,
          ...sizes,
          k,
        });
        const total = votes.reduce((sum, vote) => sum + vote) + 1;
        votes.forEach((vote, c) => outOfFold[row * classes + c] = (vote + 1 / classes) / total);
      }
    }
    const calibration = scaleTemperature(outOfFold, { labels });
    const tempered = temper(outOfFold, { classes, temperature: calibration });
    outcomes.push({ k, outOfFold, calibration, cost: meanCrossEntropy(tempered, labels) });
  }
  const best = outcomes.toSorted((a, b) => a.cost - b.cost)[0];
  assertEquals([fitted.k, fitted.temperature], [best.k, 0.1]);
  assertAlmostEquals(fitted.calibration, best.calibration, 1e-3);
  best.outOfFold.forEach((p, i) => assertAlmostEquals(fitted.outOfFold![i], p, 1e-5));
});

Deno.test("cross-validation tells how good a vote is on other photographs, and calibrates it", async () => {
  const rows = (train: boolean) => [...all.labels.keys()].filter((row) => row % 40 < 20 === train);
  const [train, test] = [selectExamples(all, rows(true)), selectExamples(all, rows(false))];
  const { k, outOfFold, calibration } = await fitKnn(train, sizes);
  const votes = await knnVotes({
    train: train.features,
    trainLabels: train.labels,
    test: test.features,
    ...sizes,
    k,
  });
  const found = voteProbabilities(votes, classes);
  const share = accuracy(mostProbable(found, classes), test.labels);
  assert(share > 0.3, `${share} of other photographs are recognised`);
  assertAlmostEquals(accuracy(mostProbable(outOfFold!, classes), train.labels), share, 0.1);
  const calibrated = temper(found, { classes, temperature: calibration });
  const [before, after] = [calibrationError(found, test), calibrationError(calibrated, test)];
  assert(after < before, `an error of ${after}, where it was ${before}`);
});

Deno.test("with one example of each class the nearest decides, and nothing is judged", async () => {
  const rows = Array.from({ length: classes }, (_, label) => 40 * label);
  assertEquals(await fitKnn(selectExamples(all, rows), sizes), {
    k: 1,
    temperature: 0.1,
    outOfFold: null,
    judged: new Int32Array(),
    calibration: 1,
  });
});

Deno.test("probabilities of votes are shares, where no class is impossible", () => {
  const found = voteProbabilities(Float64Array.of(1, 0, 2, 1), 2);
  assertEquals(found, Float32Array.of(0.75, 0.25, 2.5 / 4, 1.5 / 4));
});

Deno.test("a vote that nobody waits for is not looked for", async () => {
  const signal = AbortSignal.abort(new Error("gone"));
  await assertRejects(() => fitKnn(all, { ...sizes, signal }), Error, "gone");
});
