import { spreadOf } from "../../train/evaluate/mod.ts";
import type { Result } from "./results.ts";
import { SCRATCH } from "./ways.ts";

/** Pairs that are compared with the same labels: what one is better than the other. */
const COMPARED = [
  ["full", "probe"],
  ["full, contrastive", "full"],
  ["full, distillation", "full"],
];

/** What all results have in common. */
export interface About {
  /** `NAME@VERSION`. */
  encoder: string;
  imagesPerClass: number;
  testImagesPerClass: number;
  precision: string;
}

/**
 * The whole page: what was done, and the tables.
 *
 * @param results What was measured.
 * @param about What all of it has in common.
 * @returns Markdown.
 */
export function pageOf(results: readonly Result[], about: About): string {
  const { encoder, imagesPerClass, testImagesPerClass, precision } = about;
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  const hours = results.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  return `# What each way makes of few labels

Share of test images that are recognised, in per cent: mean ± standard deviation over ${seeds} choices of
labels, the same for every way. Labels are chosen among ${
    imagesPerClass.toLocaleString("en-GB")
  } training
images of each class, and all of these, without their labels, are what the ways with unlabelled images
learn from too; ${testImagesPerClass} images of each class test. The encoder is ${encoder}.

${reportOf(results)}

- Probe and kNN take h at length 1, as \`POST /v1/classifiers\` does; the penalty and k are picked by
  cross-validation.
- \`full\` is a fine-tuning job as it is without hyperparameters; \`contrastive\` and \`distillation\` the
  same with \`unlabelled\`.
- From scratch, three rates were tried. The best mean on the test images counts, which
  is in its favour.
- Trainings in ${precision}; ${
    hours.toFixed(1)
  } hours of them, on a machine that did other things too.

    deno task bench:few-labels --encoder NAME --data SOURCE
`;
}

/**
 * The results as Markdown: a table of accuracies, of from scratch the best recipe, and one of
 * differences with the same labels.
 *
 * @param results What was measured, of some budgets or all.
 * @returns Lines of text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reportOf } from "./report.ts";
 * const cell = { perClass: 4, way: "probe", seconds: 1 };
 * const results = [{ ...cell, seed: 0, accuracy: 0.5 }, { ...cell, seed: 1, accuracy: 0.6 }];
 * assertEquals(reportOf(results).split("\n")[2], "| probe | 55.0 ± 7.1 |");
 * ```
 */
export function reportOf(results: readonly Result[]): string {
  const budgets = [...new Set(results.map(({ perClass }) => perClass))].sort((a, b) => a - b);
  const names = [...new Set(results.map(({ way }) => way))].filter((name) =>
    !name.startsWith(SCRATCH)
  );
  const heading = ["labels of each class", ...budgets.map(String)];
  const accuracies = names.map((name) => [
    name,
    ...budgets.map((perClass) => meanOf(bySeed(results, { perClass, way: name }))),
  ]);
  const scratch = budgets.map((perClass) => bestFromScratch(results, perClass));
  if (scratch.some((cell) => cell !== "")) accuracies.push([SCRATCH, ...scratch]);
  const differences = COMPARED.map(([better, worse]) => [
    `${better} − ${worse}`,
    ...budgets.map((perClass) => {
      const [first, second] = [better, worse].map((way) => bySeed(results, { perClass, way }));
      const both = [...first].filter(([seed]) => second.has(seed));
      return meanOf(new Map(both.map(([seed, own]) => [seed, own - second.get(seed)!])), "+");
    }),
  ]).filter((row) => row.slice(1).some((cell) => cell !== ""));
  return [
    ...table([heading, ...accuracies]),
    ...(differences.length > 0 ? ["", ...table([heading, ...differences])] : []),
  ].join("\n");
}

/** Accuracies of one way by seed. */
function bySeed(
  results: readonly Result[],
  cell: { perClass: number; way: string },
): Map<number, number> {
  const own = results.filter(({ perClass, way }) => perClass === cell.perClass && way === cell.way);
  return new Map(own.map(({ seed, accuracy }) => [seed, accuracy]));
}

/** Of the recipe with the best mean, with its name: picked by the test images, so in its favour. */
function bestFromScratch(results: readonly Result[], perClass: number): string {
  const names = [...new Set(results.map(({ way }) => way))].filter((way) =>
    way.startsWith(SCRATCH)
  );
  const found = names.map((way) => ({ way, accuracies: bySeed(results, { perClass, way }) }))
    .filter(({ accuracies }) => accuracies.size > 0)
    .sort((a, b) =>
      spreadOf([...b.accuracies.values()]).mean - spreadOf([...a.accuracies.values()]).mean
    );
  if (found.length === 0) return "";
  const [{ way, accuracies }] = found;
  return `${meanOf(accuracies)} (${way.slice(SCRATCH.length + 2)})`;
}

/** Mean and standard deviation over seeds, in per cent; with `+`, a sign before the mean. */
function meanOf(bySeed: ReadonlyMap<number, number>, sign = ""): string {
  if (bySeed.size === 0) return "";
  const { mean, deviation } = spreadOf([...bySeed.values()]);
  const shown = (100 * mean).toFixed(1);
  const signed = mean < 0 ? shown.replace("-", "−") : sign + shown;
  return deviation === null ? signed : `${signed} ± ${(100 * deviation).toFixed(1)}`;
}

function table([heading, ...rows]: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)];
}
