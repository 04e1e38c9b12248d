import type { Accuracies, Evaluation } from "./evaluation.ts";

/**
 * An evaluation as a table for a terminal.
 *
 * @param evaluation What `evaluate` found.
 * @returns Lines of text, without a line end after the last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { renderEvaluation } from "./render_evaluation.ts";
 * const table = renderEvaluation({
 *   encoder: { linear: 0.512, knn: 0.44 },
 *   untrained: { linear: 0.34, knn: 0.3 },
 *   rawPixels: { linear: 0.29, knn: 0.256 },
 *   counts: { train: 10000, test: 2000, classes: 10 },
 * });
 * assertEquals(table.split("\n")[1], "encoder      51.2 %   44.0 %");
 * ```
 */
export function renderEvaluation(evaluation: Evaluation): string {
  const { encoder, untrained, rawPixels, counts } = evaluation;
  const row = (name: string, { linear, knn }: Accuracies) =>
    name.padEnd(10) + [linear, knn].map((share) => percent(share).padStart(9)).join("");
  return [
    " ".repeat(10) + ["linear", "kNN"].map((name) => name.padStart(9)).join(""),
    row("encoder", encoder),
    row("untrained", untrained),
    row("raw pixels", rawPixels),
    `right of ${whole(counts.test)} test images, learnt from ${whole(counts.train)}; ` +
    `${whole(counts.classes)} classes, chance ${percent(1 / counts.classes)}`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function whole(count: number): string {
  return count.toLocaleString("en-GB");
}
