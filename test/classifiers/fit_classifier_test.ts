import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { fitClassifier } from "../../src/classifiers/fit_classifier.ts";
import { predict } from "../../src/classifiers/predict.ts";
import { LookalikeError } from "../../src/errors.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { asClassifier, labelledBlobs as labelled, options } from "./labelled_blobs.ts";

await startTensorFlow({ device: "cpu" });

for (const kind of ["linear", "knn"] as const) {
  Deno.test(`fit: a ${kind} classifier learns, and says how well in metrics that agree`, async () => {
    const before = tf.memory().numTensors;
    const fitted = await fitClassifier(labelled(90), options({ kind }));
    const { classifier, parameters } = fitted;
    assertEquals(classifier.classes, ["Ant", "cat", "zebra"]);
    assertEquals(classifier.examples, [30, 30, 30]);
    assertEquals([parameters.kind, classifier.l2 === null], [kind, kind === "knn"]);
    assertEquals(classifier.lineage, { collection: "pets" });
    const { metrics } = classifier;
    assertEquals([metrics.by, metrics.count, classifier.warnings], ["cross-validation", 90, []]);
    const right = metrics.confusion.reduce((sum, row, label) => sum + row[label], 0);
    assertAlmostEquals(metrics.accuracy!, right / 90, 1e-12);
    assert(metrics.accuracy! > 0.6, `${metrics.accuracy}`);
    assertAlmostEquals(
      metrics.standardError!,
      Math.sqrt(metrics.accuracy! * (1 - metrics.accuracy!) / 90),
      1e-12,
    );
    for (const error of [metrics.calibrationError!, metrics.uncalibratedError!]) {
      assert(error >= 0 && error < 0.5, `${error}`);
    }

    // Examples that no fit has seen are about as often right as cross-validation said.
    const unseen = labelled(300, 2);
    const { predictions, probabilities } = await predict(asClassifier(fitted), unseen.vectors);
    const hits = unseen.labels.filter((label, row) =>
      classifier.classes[predictions[row]] === label
    );
    assert(Math.abs(hits.length / 300 - metrics.accuracy!) < 0.12, `${hits.length}`);
    for (let row = 0; row < 300; row++) {
      const [a, b, c] = probabilities.subarray(row * 3, row * 3 + 3);
      assertAlmostEquals(a + b + c, 1, 1e-5);
    }
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("fit: λ that is told is kept", async () => {
  const { classifier } = await fitClassifier(labelled(30), options({ l2: 0.25 }));
  assertEquals(classifier.l2, 0.25);
});

Deno.test("fit: one label a class is judged by nothing, and it says so", async () => {
  for (const kind of ["linear", "knn"] as const) {
    const { classifier } = await fitClassifier(labelled(3), options({ kind }));
    const { metrics, warnings, temperature } = classifier;
    assertEquals([metrics.count, metrics.accuracy, metrics.crossEntropy], [0, null, null]);
    assertEquals([metrics.recall, temperature], [[null, null, null], 1]);
    assertEquals(metrics.confusion, [[0, 0, 0], [0, 0, 0], [0, 0, 0]]);
    assert(warnings.some((sentence) => sentence.startsWith("No example could be judged")));
  }
});

Deno.test("fit: what cannot be learnt from is refused, by name", async () => {
  const good = labelled(6);
  const broken = good.vectors.slice();
  broken[17] = NaN;
  const all = good.labels.map(() => "cat");
  const wrong: [examples: typeof good, says: string, param: string][] = [
    [{ ...good, labels: all }, "all are cat", "labels"],
    [{ vectors: new Float32Array(), labels: [] }, "there are none", "labels"],
    [{ ...good, vectors: broken }, "row 1 has NaN", "features"],
    [{ ...good, labels: good.labels.slice(1) }, "6 have 5", "labels"],
  ];
  for (const kind of ["linear", "knn"] as const) {
    for (const [examples, says, param] of wrong) {
      const fit = () => fitClassifier(examples, options({ kind }));
      const error = await assertRejects(fit, LookalikeError, says);
      assertEquals([error.code, error.param], ["invalid_input", param]);
    }
  }
});

Deno.test("fit: nobody waits any more, so it ends", async () => {
  const abort = new AbortController();
  abort.abort(new Error("left"));
  for (const kind of ["linear", "knn"] as const) {
    const fit = () => fitClassifier(labelled(30), options({ kind, signal: abort.signal }));
    await assertRejects(fit, Error, "left");
  }
});
