import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Job } from "../../src/jobs/job.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";

/** What child.ts says of its share of the machine, as some_supervision.ts gives it. */
export const SHARE = { threads: "3", deviceShare: "50", priority: 19 };

/** Waits until something is so, for some seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    assert(performance.now() < end, `It never came to ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const isOver = ({ status }: Job) => status !== "queued" && status !== "running";

/** Waits until a job is over and its folder gone. */
export async function over(store: JobStore, id: string): Promise<Job> {
  await until(() => isOver(store.get(id)) && !exists(store.folder(id)));
  return store.get(id);
}

/** Whether there is something of that name. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The steps that events tell of, which must be in order and whole. */
export function steps(store: JobStore, id: string): number[] {
  const { events } = store.events(id, { after: 0, limit: 1000 });
  assertEquals(events.map(({ sequence }) => sequence), events.map((_, at) => at + 1));
  return events.filter(({ type }) => type === "progress").map(({ data }) => Number(data.step));
}

/** The processes that worked on a job in their order; each must have ended before the next began. */
export async function processes(home: string, id: string): Promise<number[]> {
  const text = await Deno.readTextFile(join(home, "steps.log")).catch(() => "");
  const lines = text.trim().split("\n");
  const pids = lines.map((line) => line.split(" ")).filter(([job]) => job === id)
    .map(([, , pid]) => Number(pid));
  const inTurn = pids.filter((pid, at) => pid !== pids[at - 1]);
  assertEquals(inTurn.length, new Set(pids).size, "two worked at once");
  return inTurn;
}

/** 1 … count. */
export const range = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
