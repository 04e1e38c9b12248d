import type { Panel } from "../panel.ts";
import type { Report, StudyReport } from "./report.ts";
import { factsOf, failuresOf, gapsOf, METHOD, rowsOf, tallyOf } from "./words.ts";

/**
 * The report as Markdown.
 *
 * @param report The report.
 * @param charts The path of each panel's drawing, by {@linkcode chartName}.
 * @returns The file's text.
 */
export function renderMarkdown(report: Report, charts: Map<string, string>): string {
  const gaps = gapsOf(report);
  return [
    "# What each choice of SimCLR is worth",
    "The studies of the paper (arXiv 2002.05709), repeated at a small scale, with a verdict on each of " +
    `its claims out of the spread over seeds. ${tallyOf(report)}`,
    table(["", ""], factsOf(report)),
    "## Verdicts",
    table(
      ["Study", "Claim", "Verdict"],
      report.studies.flatMap(({ title, judgements }) =>
        judgements.map(({ claim, verdict }) => [title, claim, `**${verdict}**`])
      ),
    ),
    ...report.studies.map((study) => renderStudy(study, charts)),
    ...(gaps.length > 0 ? ["## What is missing", list(gaps)] : []),
    "## How it was measured",
    ...METHOD,
  ].join("\n\n") + "\n";
}

/**
 * What a panel's drawing is called.
 *
 * @param study The study's name.
 * @param panel The panel.
 * @returns A name for files.
 */
export function chartName(study: string, panel: Panel): string {
  return `${study}-${panel.name}`;
}

function renderStudy(study: StudyReport, charts: Map<string, string>): string {
  const { name, title, section, claim, departures, judgements, panels } = study;
  const failures = failuresOf(study);
  return [
    `## ${title}`,
    `The paper, ${section}: ${claim}` + (departures ? ` Here: ${departures}` : ""),
    list(judgements.map(({ claim, verdict, because }) => `${claim} **${verdict}**: ${because}`)),
    ...panels.map((panel) => renderPanel(panel, charts.get(chartName(name, panel)))),
    ...(failures.length > 0 ? [list(failures)] : []),
  ].join("\n\n");
}

function renderPanel(panel: Panel, chart: string | undefined): string {
  const { title, seriesName, categoryName, valueName, paperName } = panel;
  const rows = rowsOf(panel);
  return [
    `### ${title}`,
    ...(chart ? [`![${title}](${chart})`] : []),
    table(
      [
        ...(seriesName ? [seriesName] : []),
        categoryName,
        `here, ${valueName}`,
        "seeds",
        ...(paperName ? [`paper, ${paperName}`] : []),
      ],
      rows.map(({ series, category, here, seeds, paper }) => [
        ...(seriesName ? [series] : []),
        category,
        here,
        seeds,
        ...(paperName ? [paper] : []),
      ]),
    ),
  ].join("\n\n");
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

function list(items: string[]): string {
  return items.map((item) => `- ${item.replaceAll(/\s+/g, " ")}`).join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
