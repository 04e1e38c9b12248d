import type { Verdict } from "../judge.ts";
import type { Panel } from "../panel.ts";
import { PAGE_STYLE } from "./page_style.ts";
import { chartName } from "./render_markdown.ts";
import type { Report, StudyReport } from "./report.ts";
import { factsOf, failuresOf, gapsOf, METHOD, rowsOf, tallyOf } from "./words.ts";

const CLASSES: Record<Verdict, string> = {
  "holds": "holds",
  "does not hold here": "fails",
  "too noisy at this budget": "noisy",
  "not measured": "missing",
};

/**
 * The report as one page that needs nothing else.
 *
 * @param report The report.
 * @param charts Each panel's SVG, by `chartName`.
 * @returns The file's text.
 */
export function renderHtml(report: Report, charts: Map<string, string>): string {
  const gaps = gapsOf(report);
  const facts = factsOf(report).map(([name, value]) =>
    `<tr><th scope="row">${escaped(name)}</th><td>${
      name === "Command" ? `<code>${escaped(value)}</code>` : escaped(value)
    }</td></tr>`
  );
  const verdicts = report.studies.flatMap(({ name, title, judgements }) =>
    judgements.map(({ claim, verdict }, index) =>
      `<tr><td>${index === 0 ? `<a href="#${name}">${escaped(title)}</a>` : ""}</td>` +
      `<td>${escaped(claim)}</td><td>${pill(verdict)}</td></tr>`
    )
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What each choice of SimCLR is worth</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>What each choice of SimCLR is worth</h1>
<p class="lead">The studies of the paper (arXiv 2002.05709), repeated at a small scale, with a verdict
on each of its claims out of the spread over seeds. ${escaped(tallyOf(report))}</p>
<div class="table"><table class="facts">${facts.join("\n")}</table></div>
<h2>Verdicts</h2>
<div class="table"><table><thead><tr><th>Study</th><th>Claim</th><th>Verdict</th></tr></thead>
<tbody>${verdicts.join("\n")}</tbody></table></div>
${report.studies.map((study) => renderStudy(study, charts)).join("\n")}
${gaps.length > 0 ? `<h2>What is missing</h2>${list(gaps)}` : ""}
<h2>How it was measured</h2>
${METHOD.map((text) => `<p>${escaped(text)}</p>`).join("\n")}
</body>
</html>
`;
}

function renderStudy(study: StudyReport, charts: Map<string, string>): string {
  const { name, title, section, claim, departures, judgements, panels } = study;
  const failures = failuresOf(study);
  const claims = judgements.map(({ claim, verdict, because }) =>
    `<div class="claim">${pill(verdict)}<p>${escaped(claim)}</p>` +
    `<p class="because">${escaped(because)}</p></div>`
  );
  return `<section id="${name}"><h2>${escaped(title)}</h2>
<p><span class="section">The paper, ${escaped(section)}:</span> ${escaped(claim)}</p>
${departures ? `<p><span class="section">Here:</span> ${escaped(departures)}</p>` : ""}
${claims.join("\n")}
${panels.map((panel) => renderPanel(panel, charts.get(chartName(name, panel)))).join("\n")}
${failures.length > 0 ? list(failures) : ""}</section>`;
}

function renderPanel(panel: Panel, svg: string | undefined): string {
  const { title, seriesName, categoryName, valueName, paperName } = panel;
  const head = [
    ...(seriesName ? [seriesName] : []),
    categoryName,
    `here, ${valueName}`,
    "seeds",
    ...(paperName ? [`paper, ${paperName}`] : []),
  ];
  const rows = rowsOf(panel).map(({ series, category, here, seeds, paper }) =>
    `<tr>${seriesName ? `<td>${escaped(series)}</td>` : ""}<td>${escaped(category)}</td>` +
    `<td class="number">${escaped(here)}</td><td class="number">${seeds}</td>` +
    `${paperName ? `<td class="number">${paper}</td>` : ""}</tr>`
  );
  return `<h3>${escaped(title)}</h3>
${svg ? `<figure role="img" aria-label="${escaped(title)}">${svg}</figure>` : ""}
<details${paperName ? " open" : ""}><summary>The figures${
    paperName ? ", beside the paper’s" : ""
  }</summary><div class="table"><table><thead><tr>${
    head.map((name) => `<th>${escaped(name)}</th>`).join("")
  }</tr></thead><tbody>${rows.join("\n")}</tbody></table></div></details>`;
}

function pill(verdict: Verdict): string {
  return `<span class="verdict ${CLASSES[verdict]}">${verdict}</span>`;
}

function list(items: string[]): string {
  return `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join("\n")}</ul>`;
}

function escaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (sign) => names[sign]);
}
