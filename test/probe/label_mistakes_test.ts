import { assert, assertEquals } from "@std/assert";
import { fitProbe } from "../../src/probe/fit_probe.ts";
import { labelMistakes } from "../../src/probe/label_mistakes.ts";
import { temper } from "../../src/probe/temper.ts";
import { permutation, random } from "../../src/random.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { embeddings } from "./embeddings.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("of 400 photographs, 40 with a wrong label, most of the first ten listed are among these", async () => {
  const { features, labels: right, dimension, classes } = await embeddings();
  const source = random(11);
  const wrong = new Set(permutation(right.length, 11).subarray(0, 40));
  const labels = right.map((label, row) =>
    wrong.has(row) ? (label + 1 + source.below(classes - 1)) % classes : label
  );
  const probe = await fitProbe({ features, labels }, { dimension, classes });
  const { outOfFold, judged, temperature } = probe;
  const probabilities = temper(outOfFold!, { classes, temperature });
  const mistakes = labelMistakes(probabilities, { labels, judged });

  const precision = (count: number) =>
    mistakes.slice(0, count).filter(({ row }) => wrong.has(row)).length / count;
  assert(precision(10) >= 0.7, `${precision(10)} of the first ten`);
  assert(precision(20) >= 0.5, `${precision(20)} of the first twenty`); // by chance 0.1
  const found = mistakes.slice(0, 20).filter(({ row }) => wrong.has(row));
  const named = found.filter(({ row, suggested }) => suggested === right[row]);
  assert(named.length > found.length / 4, `${named.length} of ${found.length}`); // by chance 1/9
  for (const { row, label, suggested, probability, score } of mistakes) {
    assertEquals(label, labels[row]);
    assertEquals(probability, probabilities[row * classes + suggested]);
    assert(score >= 0.9 && score <= 1 && suggested !== label);
  }
});

Deno.test("mistakes are ranked by the ratio of both probabilities; the unjudged are left out", () => {
  const probabilities = Float32Array.from([
    [0.05, 0.9, 0.05], // 18 times as probable
    [0.01, 0.19, 0.8], // 80 times
    [0.3, 0.6, 0.1], // twice: not listed
    [0, 0, 1], // not judged
    [0.01, 0.5, 0.49], // 50 times
    [0.9, 0.05, 0.05], // as labelled
  ].flat());
  const labels = new Int32Array(6);
  const found = labelMistakes(probabilities, { labels, judged: Int32Array.of(0, 1, 2, 4, 5) });
  assertEquals(found.map(({ row, suggested }) => [row, suggested]), [[1, 2], [4, 1], [0, 1]]);
});
