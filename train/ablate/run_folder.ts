import { z } from "zod";
import { LookalikeError, messageOf } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { readJson } from "../dataset/read_json.ts";
import { type CellResult, cellResultSchema } from "./cell.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Plan, planSchema } from "./plan.ts";

/** Why a cell failed. */
const failureSchema = z.strictObject({ id: z.string(), reason: z.string() });
const spentSchema = z.strictObject({ seconds: z.number() });

/** Why a cell failed. */
export type Failure = z.infer<typeof failureSchema>;

/** What a run has on disk, each file written whole or not at all. */
export interface RunFolder {
  readonly layout: Layout;
  /** Reads the plan; null where the run has not begun. */
  plan(): Promise<Plan | null>;
  writePlan(plan: Plan): Promise<void>;
  /** The cells that are done, by id. */
  results(plan: Plan): Promise<Map<string, CellResult>>;
  /** The cells that failed when they were last tried, by id. */
  failures(plan: Plan): Promise<Map<string, Failure>>;
  /** Keeps a result; the cell's checkpoints and an older failure are removed. */
  writeResult(result: CellResult): Promise<void>;
  writeFailure(failure: Failure): Promise<void>;
  /** Seconds that the run has taken so far, over all its starts. */
  spent(): Promise<number>;
  writeSpent(seconds: number): Promise<void>;
  /** Keeps a second process from the run, until disposed of. */
  lock(): Promise<Disposable>;
}

/**
 * Opens the folder of a run.
 *
 * @param home The folder of all that Lookalike keeps.
 * @param name The run's name.
 * @returns The folder; nothing is written yet.
 */
export function openRunFolder(home: string, name: string): RunFolder {
  const layout = layoutOf(home, name);
  const writeJson = (path: string, content: unknown) =>
    writeFileAtomic(path, JSON.stringify(content, null, 1) + "\n");
  const readAll = async <T extends { id: string }>(
    plan: Plan,
    read: (id: string) => Promise<T | null>,
  ): Promise<Map<string, T>> => {
    const found = await Promise.all(plan.cells.map(({ id }) => read(id)));
    return new Map(found.filter((each) => each !== null).map((each) => [each.id, each]));
  };
  return {
    layout,
    async plan() {
      let text: string;
      try {
        text = await Deno.readTextFile(layout.plan);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
      try {
        return planSchema.parse(JSON.parse(text));
      } catch (cause) {
        throw new LookalikeError(
          "damaged",
          `Cannot go on with the studies ${name} as their plan ${layout.plan} must be as it was ` +
            `written: ${messageOf(cause)}. Choose another --name.`,
          { cause },
        );
      }
    },
    writePlan: (plan) => writeJson(layout.plan, plan),
    results: (plan) => readAll(plan, (id) => readJson(layout.result(id), cellResultSchema)),
    failures: (plan) => readAll(plan, (id) => readJson(layout.failure(id), failureSchema)),
    async writeResult(result) {
      await writeJson(layout.result(result.id), result);
      await remove(layout.failure(result.id));
      await remove(layout.work(result.id));
    },
    writeFailure: (failure) => writeJson(layout.failure(failure.id), failure),
    spent: async () => (await readJson(layout.spent, spentSchema))?.seconds ?? 0,
    writeSpent: (seconds) => writeJson(layout.spent, { seconds }),
    async lock() {
      await Deno.mkdir(layout.folder, { recursive: true });
      const path = `${layout.folder}/.lock`;
      const file = await Deno.open(path, { create: true, write: true });
      if (await file.tryLock(true)) return file;
      file.close();
      throw new LookalikeError(
        "conflict",
        `Cannot run the studies ${name} as another process runs them: wait for it, or choose ` +
          "another --name.",
        { param: "--name" },
      );
    },
  };
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
