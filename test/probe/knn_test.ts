import { assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { knnAccuracy, type KnnOptions, knnPredict } from "../../src/probe/knn.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import golden from "../golden/knn.json" with { type: "json" };
import { blobs } from "./blobs.ts";

await startTensorFlow({ device: "cpu" });

/** The vote as the paper writes it, an example at a time. */
function naiveKnn(options: KnnOptions): Int32Array {
  const { train, trainLabels, test, dimension, classes, k = 200, temperature = 0.1 } = options;
  const rowsOf = (features: Float32Array) =>
    Array.from({ length: features.length / dimension }, (_, row) => {
      const values = Array.from(features.subarray(row * dimension, (row + 1) * dimension));
      const length = Math.hypot(...values);
      return values.map((value) => value / length);
    });
  const examples = rowsOf(train);
  return Int32Array.from(rowsOf(test), (query) => {
    const votes = new Array(classes).fill(0);
    examples
      .map((example, i) => ({
        similarity: example.reduce((sum, value, j) => sum + value * query[j], 0),
        label: trainLabels[i],
      }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, k)
      .forEach(({ similarity, label }) => votes[label] += Math.exp(similarity / temperature));
    return votes.indexOf(Math.max(...votes));
  });
}

Deno.test("kNN equals a vote written out, over several chunks of queries, without leaking", async () => {
  const sizes = { dimension: 6, classes: 4, noise: 1.5 };
  const train = blobs(150, sizes);
  const test = blobs(1100, { ...sizes, seed: 2 });
  const before = tf.memory().numTensors;
  for (const [k, temperature] of [[1, 0.1], [20, 0.1], [200, 0.5]]) {
    const options = {
      ...sizes,
      train: train.features,
      trainLabels: train.labels,
      test: test.features,
      k,
      temperature,
    };
    assertEquals(await knnPredict(options), naiveKnn(options));
  }
  assertEquals(tf.memory().numTensors, before);
});

for (const { k, temperature, predictions } of golden.votes) {
  Deno.test(`kNN equals scikit-learn's at k ${k}, temperature ${temperature}`, async () => {
    const found = await knnPredict({
      train: Float32Array.from(golden.train.flat()),
      trainLabels: Int32Array.from(golden.trainLabels),
      test: Float32Array.from(golden.test.flat()),
      dimension: golden.dimension,
      classes: golden.classes,
      k,
      temperature,
    });
    assertEquals(Array.from(found), predictions);
  });
}

Deno.test("of equally similar examples the first votes, of equal votes the first class wins", async () => {
  const options = {
    train: new Float32Array(40).fill(2), // 20 examples, all alike
    trainLabels: Int32Array.from({ length: 20 }, (_, i) => i < 3 ? 2 : i % 2),
    test: Float32Array.of(1, 1),
    dimension: 2,
    classes: 3,
  };
  assertEquals(await knnPredict({ ...options, k: 5 }), Int32Array.of(2));
  assertEquals(await knnPredict({ ...options, k: 4 }), Int32Array.of(2));
  assertEquals(await knnPredict({ ...options, k: 200 }), Int32Array.of(1)); // 9 ones, 8 zeros
  options.trainLabels = Int32Array.from({ length: 20 }, (_, i) => 1 - i % 2);
  assertEquals(await knnPredict({ ...options, k: 4 }), Int32Array.of(0));
});

Deno.test("kNN takes rows of zeros and very small temperatures", async () => {
  const found = await knnPredict({
    train: Float32Array.of(0, 0, 1, 0, 0, 1),
    trainLabels: Int32Array.of(0, 1, 2),
    test: Float32Array.of(0, 0, 5, 0.1, 0.1, 5),
    dimension: 2,
    classes: 3,
    temperature: 1e-6,
  });
  assertEquals(found, Int32Array.of(0, 1, 2));
});

Deno.test("kNN accuracy is the share of right votes", async () => {
  const options = {
    train: Float32Array.of(1, 0, 0, 1),
    trainLabels: Int32Array.of(0, 1),
    test: Float32Array.of(1, 0.1, 0.1, 1, 2, 0, 0, 3),
    testLabels: Int32Array.of(0, 1, 1, 1),
    dimension: 2,
    classes: 2,
  };
  assertEquals(await knnAccuracy(options), 0.75);
});

Deno.test("kNN refuses sizes and settings that do not agree", async () => {
  const options = {
    train: Float32Array.of(1, 0, 0, 1),
    trainLabels: Int32Array.of(0, 1),
    test: Float32Array.of(1, 0),
    testLabels: Int32Array.of(0),
    dimension: 2,
    classes: 2,
  };
  const refuse = (part: string, change: Partial<typeof options & KnnOptions>) =>
    assertRejects(() => knnAccuracy({ ...options, ...change }), LookalikeError, part);
  await refuse("k must be", { k: 0 });
  await refuse("temperature must be", { temperature: 0 });
  await refuse("rows of 2", { test: Float32Array.of(1) });
  await refuse("1 have 2", { testLabels: Int32Array.of(0, 1) });
  await refuse("row 0 has NaN", { train: Float32Array.of(NaN, 0, 0, 1) });
});
