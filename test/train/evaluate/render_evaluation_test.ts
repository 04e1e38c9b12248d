import { assertEquals } from "@std/assert";
import { renderEvaluation } from "../../../train/evaluate/mod.ts";

Deno.test("an evaluation is rendered in aligned columns", () => {
  const table = renderEvaluation({
    encoder: { linear: 1, knn: 0.44 },
    untrained: { linear: 0.0349, knn: 0.3 },
    rawPixels: { linear: 0.29, knn: 0.2565 },
    counts: { train: 10000, test: 2000, classes: 10 },
  });
  assertEquals(
    table,
    [
      "             linear      kNN",
      "encoder     100.0 %   44.0 %",
      "untrained     3.5 %   30.0 %",
      "raw pixels   29.0 %   25.7 %",
      "right of 2,000 test images, learnt from 10,000; 10 classes, chance 10.0 %",
    ].join("\n"),
  );
});
