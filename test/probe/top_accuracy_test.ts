import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { accuracy } from "../../src/probe/accuracy.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { topAccuracy } from "../../src/probe/top_accuracy.ts";

/** By sorting, as one would do it by hand; of equal scores the first class goes first. */
function naiveTop(scores: number[][], options: { labels: number[]; k: number }): number {
  const right = scores.filter((row, i) =>
    row.map((score, label) => ({ score, label }))
      .sort((a, b) => b.score - a.score || a.label - b.label)
      .slice(0, options.k)
      .some(({ label }) => label === options.labels[i])
  );
  return right.length / scores.length;
}

Deno.test("top-k equals sorting, with ties, and top-1 is the accuracy", () => {
  const classes = 7;
  const row = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: classes, maxLength: classes });
  const label = fc.nat({ max: classes - 1 });
  const examples = fc.array(fc.tuple(row, label), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(examples, fc.integer({ min: 1, max: 8 }), (examples, k) => {
    const scores = examples.map(([row]) => row);
    const labels = Int32Array.from(examples, ([, label]) => label);
    const flat = Float32Array.from(scores.flat());
    assertEquals(topAccuracy(flat, { labels, k }), naiveTop(scores, { labels: [...labels], k }));
    assertEquals(
      topAccuracy(flat, { labels, k: 1 }),
      accuracy(mostProbable(flat, classes), labels),
    );
  }));
});
