import { duration } from "../../../src/readable.ts";
import type { Summary } from "../figures.ts";
import type { Verdict } from "../judge.ts";
import type { Panel } from "../panel.ts";
import type { Report, StudyReport } from "./report.ts";

/** A row of a panel's table, as text. */
export interface Row {
  series: string;
  category: string;
  paper: string;
  here: string;
  seeds: string;
}

/**
 * A panel's figures as a table; a pair of a matrix, which stands there twice, comes once.
 *
 * @param panel The figures.
 * @returns A row a figure that was measured or that the paper has.
 */
export function rowsOf(panel: Panel): Row[] {
  const seen = new Set<string>();
  return panel.series.flatMap(({ name, points }) =>
    points.filter(({ category, here, paper }) => {
      const key = panel.kind === "matrix" ? [name, category].sort().join() : `${name},${category}`;
      if (seen.has(key) || (here === null && paper === undefined)) return false;
      return seen.add(key);
    }).map(({ category, here, paper }) => ({
      series: name,
      category,
      paper: paper === undefined ? "" : paper.toFixed(1),
      here: here === null ? "not measured" : inPercent(here),
      seeds: here === null ? "" : String(here.seeds),
    }))
  );
}

/**
 * Mean and deviation for people.
 *
 * @param summary Shares, 0 to 1.
 * @returns Such as `41.2 ± 0.6`, in per cent; without a deviation where there is one seed.
 */
export function inPercent({ mean, deviation }: Summary): string {
  const text = (100 * mean).toFixed(1);
  return deviation === null ? text : `${text} ± ${(100 * deviation).toFixed(1)}`;
}

/**
 * How many claims have which verdict.
 *
 * @param report The report.
 * @returns A sentence.
 */
export function tallyOf({ studies }: Report): string {
  const judgements = studies.flatMap(({ judgements }) => judgements);
  const count = (wanted: Verdict) => judgements.filter(({ verdict }) => verdict === wanted).length;
  const missing = count("not measured");
  return `Of ${judgements.length} claims ${count("holds")} hold, ${
    count("does not hold here")
  } do ` +
    `not hold here, and ${count("too noisy at this budget")} cannot be told at this budget` +
    (missing > 0 ? `; ${missing} were not measured.` : ".");
}

/** How figures were measured and claims judged. */
export const METHOD = [
  "Every figure is the mean over seeds of the share of test images that are classified rightly; ± is " +
  "one standard deviation over seeds. A seed decides the first weights, the order of images and every " +
  "augmentation; the images are the same. Test images were used once, at the end of each network's training.",
  "A linear probe is a multinomial logistic regression on frozen features, fitted by L-BFGS with its " +
  "penalty picked on a part of the training images.",
  "A claim holds where the 95 % interval of the difference of means lies above zero. It does not hold " +
  "here where the interval stays below one point. Otherwise the seeds do not tell: it is too noisy at " +
  "this budget. The interval is Welch's, by Student's t; a cell's variance is averaged with the " +
  "one pooled over its study, which counts as four more seeds. Where a claim names several, it must " +
  "hold against each. Intervals are not corrected for the number of claims.",
  "The paper's numbers are its own, of ResNet-50 on ImageNet unless said otherwise: what should agree " +
  "is which choice is better, not the height.",
];

/**
 * The run in numbers, a fact a line.
 *
 * @param report The report.
 * @returns Names and values.
 */
export function factsOf({ plan, seconds, date, networks, command }: Report): [string, string][] {
  const { classes, imagesPerClass, testImagesPerClass } = plan;
  const number = (count: number) => count.toLocaleString("en-GB");
  return [
    [
      "Networks",
      `${number(networks.done)} of ${number(networks.planned)} trained` +
      (networks.failed > 0 ? `, ${networks.failed} failed` : ""),
    ],
    ["Seeds", `${plan.seeds} at most`],
    [
      "Images",
      `${number(imagesPerClass * classes)} for training, ${
        number(testImagesPerClass * classes)
      } for testing, ${classes} classes`,
    ],
    ["Epochs", `${plan.epochs} unless a study says otherwise`],
    ["Base network", plan.base],
    ["Hardware", `${plan.hardware}, ${plan.workers} networks at a time, ${plan.precision}`],
    ["Time", `${duration(seconds)} of ${duration(60 * plan.budgetMinutes)} (h:min:s)`],
    ["Versions", `Lookalike ${plan.lookalikeVersion}, TensorFlow ${plan.tensorflow}`],
    ["Date", date.slice(0, 10)],
    ["Command", command],
  ];
}

/**
 * What is missing from a run, and why.
 *
 * @param report The report.
 * @returns Sentences; none where all is there.
 */
export function gapsOf({ plan, studies }: Report): string[] {
  const unfinished = studies.flatMap(({ title, cells }) => {
    const open = cells.filter(({ done, planned }) => done < planned);
    return open.length === 0 ? [] : [
      `${title}: ${
        open.map(({ label, done, planned }) => `${label} (${done} of ${planned} seeds)`).join("; ")
      }.`,
    ];
  });
  const quick = plan.quick
    ? [
      "--quick: fewer networks in each study, views of 16 pixels cut from images of 32, and fewer images.",
    ]
    : [];
  return [...quick, ...plan.cut, ...unfinished];
}

/**
 * The networks of a study that failed.
 *
 * @param study What it found.
 * @returns A sentence each.
 */
export function failuresOf(study: StudyReport): string[] {
  return study.failures.map(({ label, seed, reason }) =>
    `${label}, seed ${seed}, failed: ${reason}`
  );
}
