import type { CellResult } from "../cell.ts";
import { figuresOf, type Measured } from "../figures.ts";
import type { Judgement } from "../judge.ts";
import type { Panel } from "../panel.ts";
import type { Plan } from "../plan.ts";
import type { Failure } from "../run_folder.ts";
import type { Study } from "../study.ts";

/** What a study found so far. */
export interface StudyReport {
  name: string;
  title: string;
  section: string;
  claim: string;
  departures: string;
  judgements: Judgement[];
  panels: Panel[];
  /** Every cell that it planned, with its values by figure and seed. */
  cells: { label: string; planned: number; done: number; seeds: Measured[] }[];
  failures: { label: string; seed: number; reason: string }[];
}

/** All that a report says, in whatever form. */
export interface Report {
  /** The run's name. */
  name: string;
  /** The command that repeats it. */
  command: string;
  /** When it was written, ISO 8601. */
  date: string;
  /** How long the run took, over all its starts (seconds). */
  seconds: number;
  plan: Omit<Plan, "cells" | "formatVersion">;
  /** Networks that were planned, and that are done. */
  networks: { planned: number; done: number; failed: number };
  studies: StudyReport[];
}

/**
 * Puts together what is known of a run.
 *
 * @param plan The plan.
 * @param found What its folder has, and the studies' definitions.
 * @returns The report; what is not measured is said to be missing.
 */
export function reportOf(
  plan: Plan,
  found: {
    name: string;
    date: string;
    seconds: number;
    studies: readonly Study[];
    results: Map<string, CellResult>;
    failures: Map<string, Failure>;
  },
): Report {
  const { name, date, seconds, results, failures } = found;
  const { cells, formatVersion: _, ...facts } = plan;
  const measured = (study: string): Measured[] =>
    cells.flatMap(({ id, uses, config }) => {
      const result = results.get(id);
      return result
        ? uses.filter((use) => use.study === study)
          .map(({ label }) => ({ label, seed: config.seed, figures: result.figures }))
        : [];
    });
  // The run's own pool: labels are made unique by their study.
  const run = plan.studies.flatMap((study) =>
    measured(study).map((cell) => ({ ...cell, label: `${study}: ${cell.label}` }))
  );
  const studies = plan.studies.map((own) => {
    const study = found.studies.find((each) => each.name === own)!;
    const planned = cells.flatMap((cell) =>
      cell.uses.filter((use) => use.study === own).map(({ label }) => ({ label, cell }))
    );
    const done = measured(own);
    const figures = figuresOf(done, run);
    return {
      name: own,
      title: study.title,
      section: study.section,
      claim: study.claim,
      departures: study.departures,
      judgements: study.judge(figures),
      panels: study.panels(figures),
      cells: [...Map.groupBy(planned, ({ label }) => label)].map(([label, group]) => {
        const seeds = done.filter((cell) => cell.label === label);
        return { label, planned: group.length, done: seeds.length, seeds };
      }),
      failures: planned.filter(({ cell }) => failures.has(cell.id)).map(({ label, cell }) => ({
        label,
        seed: cell.config.seed,
        reason: failures.get(cell.id)!.reason,
      })),
    };
  });
  return {
    name,
    command: commandOf(plan, found.studies.length),
    date,
    seconds,
    plan: facts,
    networks: { planned: cells.length, done: results.size, failed: failures.size },
    studies,
  };
}

function commandOf(plan: Plan, all: number): string {
  const { studies, quick, budgetMinutes, seeds, workers } = plan;
  return [
    `deno task ablate --study ${studies.length === all ? "all" : studies.join(",")} --data DATA`,
    ...(quick ? ["--quick"] : []),
    `--budget ${budgetMinutes} --seeds ${seeds} --workers ${workers}`,
  ].join(" ");
}
