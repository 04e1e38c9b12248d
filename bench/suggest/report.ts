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
  const gains = (labels: number, other: WayName) => {
    const others = of(other, labels);
    return of("suggest", labels).map(({ accuracy }, i) => accuracy - others[i].accuracy);
  };
  const againstRandom = budgets.map((labels) => ({ labels, gained: gains(labels, "random") }));
  const ofClassifier = budgets.slice(1)
    .map((labels) => `${signed(gains(labels, "never a classifier"))} at ${labels}`);
  const { encoder, dimension, classes, pool, poolsFrom, test, seeds, command } = setting;
  return `# Which images to label next

Written by \`${command}\`.

Does a probe learn more from labels that \`suggest\` asks for than from as many of random images? The
rounds are those of a person who labels ${budgets.join(", ")} of ${pool} images in all: before each,
\`suggest\` is asked which to take; after it, a probe is fitted. Each of ${seeds} seeds draws its own
${pool} of ${poolsFrom} training images, the same for every way. The probe is \`fitProbe\` on h at
length 1 (${dimension} numbers of \`${encoder}\`). Accuracies are the probe's on ${test} test images of
${classes} classes, in per cent: mean ± standard deviation over seeds.

${
    table(
      ["labels", "random", "suggest", "difference", "seeds won"],
      againstRandom.map(({ labels, gained }) => [
        String(labels),
        percent(of("random", labels)),
        percent(of("suggest", labels)),
        signed(gained),
        `${gained.filter((gain) => gain > 0).length} of ${gained.length}`,
      ]),
    )
  }

${verdict(againstRandom)}

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

What the classifier adds to \`suggest\`, in points: ${ofClassifier.join(", ")} labels.

## What this does not say

- It is one encoder and one set of images. The width of the kernel was chosen among six on other
  draws of the same training images, judged by test images of the same set.
- The images are balanced over classes. Where a class is rare, what stands for most images may
  leave it out.
- Nothing was measured beyond ${budgets.at(-1)} labels.
`;
}

/** Whether a mean difference is above what chance does. */
function isClear(differences: number[]): boolean {
  const { mean, deviation } = spreadOf(differences);
  return mean > STANDARD_ERRORS * deviation! / Math.sqrt(differences.length);
}

function verdict(rounds: { labels: number; gained: number[] }[]): string {
  const unsure = rounds.filter(({ gained }) => !isClear(gained));
  const clear = rounds.length - unsure.length;
  const first =
    `It beats random picks by more than ${STANDARD_ERRORS} standard errors of the mean ` +
    `difference at ${clear} of ${rounds.length}\nnumbers of labels.`;
  if (unsure.length === 0) return first;
  const list = unsure.map(({ labels, gained }) => `${labels} (${signed(gained)})`);
  return `${first} **At ${list.join(", ")} it does not.**`;
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
