import { LookalikeError, messageOf } from "../../src/errors.ts";
import { duration, percent } from "../../src/readable.ts";
import type { Reporter } from "../report.ts";
import type { Cell, CellResult } from "./cell.ts";
import type { Plan } from "./plan.ts";
import { runPool } from "./pool.ts";
import { runCell } from "./run_cell.ts";
import type { RunFolder } from "./run_folder.ts";

/** What a run needs beside its plan. */
export interface AblationRun {
  folder: RunFolder;
  cacheFolder: string;
  report: Reporter;
  signal: AbortSignal;
  /** When it began, as `performance.now()` has it (milliseconds). */
  startedAt: number;
  /** Minutes that it may take over all its starts; the plan's unless told. */
  budgetMinutes?: number;
}

/** So much longer than the budget a run may get before it begins no more cells. */
const TOLERANCE = 1.15;

/**
 * Trains the cells of a plan that are not done, several at a time, each in a process of its own. A
 * cell that fails is kept as such and tried again at the next start.
 *
 * @param plan The plan.
 * @param run The run's folder, and who is told.
 * @throws {LookalikeError} `interrupted` if the signal ended it; what is done is kept.
 */
export async function runAblation(plan: Plan, run: AblationRun): Promise<void> {
  const { folder, report, signal, startedAt } = run;
  const budget = 60 * (run.budgetMinutes ?? plan.budgetMinutes);
  const before = await folder.spent();
  const spent = () => before + (performance.now() - startedAt) / 1000;
  const done = await folder.results(plan);
  const failed = new Set<string>();
  const open = plan.cells.filter(({ id }) => !done.has(id));
  const total = plan.cells.length;
  const pace = createPace();

  const tasks = open.map((cell) => ({
    id: cell.id,
    after: cell.fineTuning?.from && !done.has(cell.fineTuning.from) ? cell.fineTuning.from : null,
    cell,
  }));
  await runPool(tasks, {
    workers: plan.workers,
    isOver: () => signal.aborted || spent() > TOLERANCE * budget,
    async run({ cell }) {
      try {
        const from = cell.fineTuning?.from;
        if (from && failed.has(from)) throw new Error("The encoder that it begins with failed.");
        const result = await runCell(jobOf(cell, plan, run), { signal });
        await folder.writeResult(result);
        done.set(cell.id, result);
        pace.add(cell.seconds, result.timing.total);
        report.say(line(cell, result));
      } catch (error) {
        if (signal.aborted) return;
        failed.add(cell.id);
        await folder.writeFailure({ id: cell.id, reason: messageOf(error) });
        report.say(`Failed: ${nameOf(cell)}: ${messageOf(error)}`);
      }
      await folder.writeSpent(spent());
      const left = open.filter(({ id }) => !done.has(id) && !failed.has(id))
        .reduce((sum, { seconds }) => sum + seconds, 0) * pace.factor() / plan.workers;
      report.say(
        `${done.size} of ${total} cells done in ${duration(spent())}; about ${
          duration(left)
        } left.`,
      );
    },
  });
  await folder.writeSpent(spent());
  if (signal.aborted) {
    throw new LookalikeError(
      "interrupted",
      `Stopped; ${done.size} of ${total} cells are kept. The same command goes on with the others.`,
    );
  }
  const left = open.filter(({ id }) => !done.has(id) && !failed.has(id)).length;
  if (left > 0) {
    report.say(
      `The budget is used up: ${left} cells are not trained. The same command with a larger ` +
        "--budget goes on with them.",
    );
  }
}

function jobOf(cell: Cell, plan: Plan, { folder, cacheFolder }: AblationRun) {
  const { source, testImagesPerClass, device, threads, precision } = plan;
  const from = cell.fineTuning?.from ?? null;
  return {
    ...{ cell, source, cacheFolder, testImagesPerClass, device, threads, precision },
    workFolder: folder.layout.work(cell.id),
    encoderToRead: from === null ? null : folder.layout.encoder(from),
    encoderToWrite: cell.kept ? folder.layout.encoder(cell.id) : null,
  };
}

/** How long cells really take, over what was thought. */
function createPace() {
  const sums = { thought: 0, taken: 0 };
  return {
    add(thought: number, taken: number) {
      sums.thought += thought;
      sums.taken += taken;
    },
    factor: () => sums.thought === 0 ? 1 : sums.taken / sums.thought,
  };
}

/**
 * What a cell is called.
 *
 * @param cell The cell.
 * @returns Such as `losses: NT-Xent, τ 0.5, seed 1`; of a cell that several studies want, the first.
 */
export function nameOf({ uses, config }: Cell): string {
  const [use] = uses;
  const name = use ? `${use.study}: ${use.label}` : "an encoder to fine-tune";
  return `${name}, seed ${config.seed}`;
}

function line(cell: Cell, { figures, timing }: CellResult): string {
  const shown = ["linear", "knn", "top1"].filter((name) => name in figures)
    .map((name) => `${name} ${percent(figures[name])}`).join(", ");
  return `${nameOf(cell)}: ${shown} in ${duration(timing.total)}.`;
}
