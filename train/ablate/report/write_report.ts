import { join } from "node:path";
import { writeFileAtomic } from "../../../src/files.ts";
import type { Judgement } from "../judge.ts";
import type { Plan } from "../plan.ts";
import type { RunFolder } from "../run_folder.ts";
import { STUDIES } from "../studies/mod.ts";
import { drawPanel, standalone } from "./draw_panel.ts";
import { renderHtml } from "./render_html.ts";
import { chartName, renderMarkdown } from "./render_markdown.ts";
import { reportOf } from "./report.ts";

/** What was written. */
export interface WrittenReport {
  /** The path of the page. */
  page: string;
  /** All verdicts, by study. */
  verdicts: Record<string, Judgement[]>;
}

/**
 * Writes the report of what is done: one HTML page that needs nothing else, the same as Markdown with
 * drawings beside it, and as JSON.
 *
 * @param plan The run's plan.
 * @param run Its folder and name.
 * @returns Where the page is, and the verdicts.
 */
export async function writeReport(
  plan: Plan,
  run: { folder: RunFolder; name: string },
): Promise<WrittenReport> {
  const { folder, name } = run;
  const report = reportOf(plan, {
    name,
    date: new Date().toISOString(),
    seconds: await folder.spent(),
    studies: STUDIES,
    results: await folder.results(plan),
    failures: await folder.failures(plan),
  });
  const charts = new Map<string, string>();
  for (const { name, panels } of report.studies) {
    for (const panel of panels) {
      const svg = drawPanel(panel);
      if (svg !== null) charts.set(chartName(name, panel), svg);
    }
  }
  const path = join(folder.layout.folder, "report");
  const files = new Map([...charts.keys()].map((chart) => [chart, `charts/${chart}.svg`]));
  for (const [chart, file] of files) {
    await writeFileAtomic(join(path, file), standalone(charts.get(chart)!));
  }
  const page = join(path, "report.html");
  await writeFileAtomic(join(path, "report.json"), JSON.stringify(report, null, 1) + "\n");
  await writeFileAtomic(join(path, "report.md"), renderMarkdown(report, files));
  await writeFileAtomic(page, renderHtml(report, charts));
  return {
    page,
    verdicts: Object.fromEntries(report.studies.map(({ name, judgements }) => [name, judgements])),
  };
}
