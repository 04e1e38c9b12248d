import { percent } from "../../src/readable.ts";
import type { EvaluationReport, ProtocolReport } from "./evaluate.ts";
import { printable, renderConfusion } from "./render_confusion.ts";
import type { Spread } from "./spread.ts";

/** Of more classes than stand in a matrix, so many of the least recognised are named. */
const LEAST_RECOGNISED = 10;

/**
 * A report for a terminal: a table of what each protocol found, then by class what the encoder's own
 * classifier took for what.
 *
 * @param report What `evaluate` found.
 * @returns Lines of text, without a line end after the last.
 */
export function renderReport(report: EvaluationReport): string {
  const { counts, classes, seeds, protocols } = report;
  const blocks = [
    [
      ...accuracyTable(report),
      `of ${whole(counts.test)} test images, with ${whole(counts.train)} to learn from; ` +
      `${whole(counts.classes)} classes, chance ${percent(1 / counts.classes)}`,
    ],
    ...(seeds.length > 1 ? [whatSeedsChange(report)] : []),
    ...protocols.map((protocol) => byClass(protocol, classes)),
  ];
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}

function accuracyTable({ protocols, seeds, counts }: EvaluationReport): string[] {
  const hasSpread = seeds.length > 1;
  const hasTop5 = counts.classes > 5;
  const titles = ["protocol", "", "top-1", "lowest", "highest", "top-5"];
  const rows = protocols.flatMap(({ protocol, measurements }) =>
    measurements.map(({ subject, top1, top5 }, index) => [
      index === 0 ? protocol : "",
      subject,
      meanOf(top1),
      percent(top1.min),
      percent(top1.max),
      top5 ? meanOf(top5) : "",
    ])
  );
  const shown = [true, true, true, hasSpread, hasSpread, hasTop5];
  return inColumns([titles, ...rows].map((row) => row.filter((_, column) => shown[column])));
}

function whatSeedsChange({ seeds, protocols }: EvaluationReport): string[] {
  return [
    `Mean ± standard deviation over ${seeds.length} seeds. Another seed changes`,
    ...protocols.map(({ protocol, seedChanges }) => `  in ${protocol}: ${seedChanges}`),
  ];
}

function byClass({ protocol, measurements }: ProtocolReport, classes: string[]): string[] {
  const [{ subject, confusion, recall }] = measurements;
  const matrix = renderConfusion(confusion, classes);
  const title = `${protocol}, ${subject}: `;
  if (classes.length <= matrix.length) {
    return [title + "% of each class (row) taken for each (column)", ...matrix];
  }
  const known = recall.flatMap((share, label) => share === null ? [] : [{ share, label }]);
  const least = known.sort((a, b) => a.share - b.share).slice(0, LEAST_RECOGNISED);
  return [
    title + "least recognised",
    ...least.map(({ share, label }) =>
      `  ${percent(share).padStart(7)} of ${printable(classes[label])}`
    ),
    title + "most often confused",
    ...matrix,
  ];
}

/** Aligned: the first two columns to the left, numbers to the right. */
function inColumns(rows: string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])
    ).join("  ")
  );
}

function meanOf({ mean, deviation }: Spread): string {
  return deviation === null
    ? percent(mean)
    : `${(100 * mean).toFixed(1)} ± ${(100 * deviation).toFixed(1)} %`;
}

function whole(count: number): string {
  return count.toLocaleString("en-GB");
}
