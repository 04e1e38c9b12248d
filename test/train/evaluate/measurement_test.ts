import { assertAlmostEquals, assertEquals } from "@std/assert";
import { measurementOf } from "../../../train/evaluate/mod.ts";

/** Scores whose order is 0, 1, 2 … from a class on, so that what comes when is plain to see. */
const from = (first: number) => Array.from({ length: 6 }, (_, label) => -((label - first + 6) % 6));

Deno.test("a measurement sums up two seeds", () => {
  const labels = Int32Array.of(0, 0, 5, 3);
  const first = Float32Array.of(...from(0), ...from(1), ...from(5), ...from(0)); // 1, 6, 1, 4 tries
  const second = Float64Array.of(...from(0), ...from(0), ...from(0), ...from(0)); // 1, 1, 6, 4
  const { top1, top5, confusion, recall } = measurementOf("it", {
    scores: [first, second],
    labels,
  });
  assertEquals(top1.values, [0.5, 0.5]);
  assertEquals(top5!.values, [0.75, 0.75]);
  assertEquals(confusion[0], [3, 1, 0, 0, 0, 0]);
  assertEquals(confusion[5], [1, 0, 0, 0, 0, 1]);
  assertAlmostEquals(recall[0]!, 0.75, 1e-12);
  assertEquals(recall[1], null); // no image of it
});

Deno.test("of five classes or fewer a top-5 would say nothing", () => {
  const scores = [Float32Array.of(1, 0, 0, 0, 0)];
  assertEquals(measurementOf("it", { scores, labels: Int32Array.of(0) }).top5, null);
});
