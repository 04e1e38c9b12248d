import { assert, assertEquals } from "@std/assert";
import { type EvaluationReport, measurementOf, renderReport } from "../../../train/evaluate/mod.ts";

const labels = Int32Array.of(0, 0, 1, 1, 2, 2);
/** Scores of three classes that make these predictions. */
const taking = (...predictions: number[]) =>
  Float32Array.from(predictions.flatMap((own) => [0, 1, 2].map((label) => Number(label === own))));

const report: EvaluationReport = {
  counts: { train: 12000, test: 6, classes: 3 },
  classes: ["cat", "dog", "wolf\u001b[31m"],
  seeds: [0, 1],
  protocols: [{
    protocol: "semi",
    seedChanges: "much",
    measurements: [
      measurementOf("fine-tuned", {
        scores: [taking(0, 0, 1, 1, 2, 1), taking(0, 1, 1, 1, 2, 1)],
        labels,
      }),
      measurementOf("linear probe", { scores: [taking(0, 1, 1, 2, 2, 1)], labels }),
    ],
  }],
};

Deno.test("a report is rendered as a table with spread, and a matrix of confusions", () => {
  assertEquals(renderReport(report).split("\n"), [
    "protocol                        top-1  lowest  highest",
    "semi      fine-tuned    75.0 ± 11.8 %  66.7 %   83.3 %",
    "          linear probe         50.0 %  50.0 %   50.0 %",
    "of 6 test images, with 12,000 to learn from; 3 classes, chance 33.3 %",
    "",
    "Mean ± standard deviation over 2 seeds. Another seed changes",
    "  in semi: much",
    "",
    "semi, fine-tuned: % of each class (row) taken for each (column)",
    "                1   2   3",
    "  1 cat        75  25   ·",
    "  2 dog         · 100   ·",
    "  3 wolf?[31m   ·  50  50",
  ]);
});

Deno.test("with one seed there is no spread to show", () => {
  const one = renderReport({ ...report, seeds: [0] });
  assert(!one.includes("lowest") && !one.includes("Another seed"), one);
});

Deno.test("of many classes the least recognised and the most confused are named", () => {
  const classes = Array.from({ length: 30 }, (_, label) => `class ${label}`);
  const labels = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 2));
  const scores = new Float32Array(60 * 30);
  // All right but for both of class 7, taken for 8, and one of class 9, taken for 3.
  labels.forEach((label, row) => scores[row * 30 + (label === 7 ? 8 : row === 18 ? 3 : label)] = 1);
  const text = renderReport({
    counts: { train: 60, test: 60, classes: 30 },
    classes,
    seeds: [0],
    protocols: [{
      protocol: "knn",
      seedChanges: "",
      measurements: [measurementOf("encoder", { scores: [scores], labels })],
    }],
  }).split("\n");
  const at = (title: string) => text.indexOf(`knn, encoder: ${title}`);
  assertEquals(text.slice(at("least recognised") + 1).slice(0, 2), [
    "    0.0 % of class 7",
    "   50.0 % of class 9",
  ]);
  assertEquals(text.slice(at("most often confused") + 1), [
    "  100.0 % of class 7 taken for class 8",
    "   50.0 % of class 9 taken for class 3",
  ]);
});
