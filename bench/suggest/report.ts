import { spreadOf } from "../../train/evaluate/mod.ts";
import type { Worth } from "./label_in_rounds.ts";
import type { WayName } from "./ways.ts";

/** What one way made of one draw of images, after one round. */
export interface Result extends Worth {
  way: WayName;
  seed: number;
}

/** With what the results were measured. */
export interface Setting {
  /** `NAME@VERSION`. */
  encoder: string;
  /** F. */
  dimension: number;
  classes: number;
  pool: number;
  poolsFrom: number;
  test: number;
  seeds: number;
  /** The command that did it. */
  command: string;
}

/** Two standard errors of a mean difference: about what chance alone does in one of twenty. */
const STANDARD_ERRORS = 2;

/**
 * The page of what suggestions are worth.
 *
 * @param results One a way, seed and round; of two seeds at least.
 * @param setting With what they were measured.
 * @returns Markdown.
 */
export function report(results: Result[], setting: Setting): string {
  const budgets = [...new Set(results.map(({ labels }) => labels))].sort((a, b) => a - b);
  const of = (way: WayName, labels: number) =>
    results.filter((result) => result.way === way && result.labels === labels)
      .sort((a, b) => a.seed - b.seed);
  const rows = budgets.map((labels) => {
    const [random, own] = [of("random", labels), of("suggest", labels)];
    const differences = own.map(({ accuracy }, i) => accuracy - random[i].accuracy);
    return { labels, random, own, differences };
  });
  const unsure = rows.filter(({ differences }) => !isClear(differences));
  return `# Which images to label next

Written by \`${setting.command}\`.

A person who labels a few images can be told which. This measures whether it helps, in rounds as they
would be: ${
    budgets.join(", ")
  } labels in all, out of ${setting.pool} images; before each round it is
asked which to take, and after it a probe is fitted. Each of ${setting.seeds} seeds draws its own
${setting.pool} of ${setting.poolsFrom} training images, the same ones for every way. The probe is
\`fitProbe\` on h at length 1 (${setting.dimension} numbers of \`${setting.encoder}\`);
accuracies are its own on ${setting.test} test images of ${setting.classes} classes, in per cent: mean
± standard deviation over seeds.

${
    table(
      ["labels", "random", "suggest", "difference", "seeds won"],
      rows.map(({ labels, random, own, differences }) => [
        String(labels),
        percent(random),
        percent(own),
        signed(differences),
        `${differences.filter((difference) => difference > 0).length} of ${differences.length}`,
      ]),
    )
  }

${verdict(rows.length, unsure.map(({ labels, differences }) => ({ labels, differences })))}

## What else it might have done

The first round has no classifier. After it, \`suggest\` weighs images by the doubt of the probe so
far; **never a classifier** goes on without, and **doubt alone** takes those of which the probe is
least certain, wherever they lie.

${
    table(
      ["labels", "suggest", "never a classifier", "doubt alone", "classes found", "by random"],
      budgets.map((labels) => [
        String(labels),
        ...(["suggest", "never a classifier", "doubt alone"] as const).map((way) =>
          percent(of(way, labels))
        ),
        found(of("suggest", labels)),
        found(of("random", labels)),
      ]),
    )
  }

Against never asking a classifier, its labels make ${beside(budgets.slice(1), of)} points.

## What this does not say

- It is one encoder and one set of images. The width of the kernel was chosen among six on other
  draws of the same training images, judged by test images of the same set.
- The images are balanced over classes. Where a class is rare, what stands for most images may
  leave it out; more rounds, or a person's own search, find it.
- Nothing was measured beyond ${budgets.at(-1)} labels.
`;
}

/** What `suggest` makes more than without a classifier, at each number of labels. */
function beside(
  budgets: number[],
  of: (way: WayName, labels: number) => Result[],
): string {
  return budgets.map((labels) => {
    const others = of("never a classifier", labels);
    const own = of("suggest", labels);
    const differences = own.map(({ accuracy }, i) => accuracy - others[i].accuracy);
    return `${signed(differences)} (${labels})`;
  }).join(", ");
}

/** Whether a mean difference is above what chance does. */
function isClear(differences: number[]): boolean {
  const { mean, deviation } = spreadOf(differences);
  return mean > STANDARD_ERRORS * (deviation!) / Math.sqrt(differences.length);
}

function verdict(
  rounds: number,
  unsure: { labels: number; differences: number[] }[],
): string {
  const rule = `(clearly: by more than ${STANDARD_ERRORS} standard errors of the mean difference)`;
  if (unsure.length === 0) {
    return `It clearly beats random picks at each number of labels\n${rule}.`;
  }
  const list = unsure.map(({ labels, differences }) => `${labels} (${signed(differences)})`);
  const clear = rounds - unsure.length;
  return `It clearly beats random picks at ${clear} of ${rounds} numbers of labels\n${rule}. ` +
    `**It does not clearly beat them at ${list.join(", ")}.**`;
}

function percent(results: Result[]): string {
  const { mean, deviation } = spreadOf(results.map(({ accuracy }) => 100 * accuracy));
  return `${mean.toFixed(1)} ± ${deviation!.toFixed(1)}`;
}

function signed(differences: number[]): string {
  const { mean, deviation } = spreadOf(differences.map((difference) => 100 * difference));
  const sign = mean < 0 ? "−" : "+";
  return `${sign}${Math.abs(mean).toFixed(1)} ± ${deviation!.toFixed(1)}`;
}

function found(results: Result[]): string {
  return spreadOf(results.map((result) => result.found)).mean.toFixed(1);
}

function table(head: string[], rows: string[][]): string {
  const rule = head.map(() => "---:");
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
