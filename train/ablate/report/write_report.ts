import { join } from "node:path";
import { writeFileAtomic } from "../../../src/files.ts";
import type { Judgement } from "../judge.ts";
import type { Plan } from "../plan.ts";
import type { RunFolder } from "../run_folder.ts";
import { STUDIES } from "../studies/mod.ts";
import { reportOf } from "./report.ts";

/** What was written. */
export interface WrittenReport {
  /** The path of the page. */
  page: string;
  /** All verdicts, by study. */
  verdicts: Record<string, Judgement[]>;
}

/**
 * Writes the report of what is done, as JSON.
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
  const path = join(folder.layout.folder, "report");
  await writeFileAtomic(join(path, "report.json"), JSON.stringify(report, null, 1) + "\n");
  return {
    page: join(path, "report.json"),
    verdicts: Object.fromEntries(report.studies.map(({ name, judgements }) => [name, judgements])),
  };
}
