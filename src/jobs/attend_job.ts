import { messageOf } from "../errors.ts";
import type { Attendance } from "./attendance.ts";
import { removeJobFolder } from "./job_folders.ts";
import { lockJob } from "./job_lock.ts";
import { LOCKED } from "./job_process.ts";
import type { JobStore } from "./job_store.ts";
import { jobVerdict } from "./job_verdict.ts";
import { runJobProcess } from "./run_job_process.ts";

/** How long another service may leave its job without a process before it counts as gone, in looks. */
const FOREIGN_LOOKS = 20;
/** What is waited after a first crash, in looks; twice as long after each further one. */
const BACKOFF_LOOKS = 4;
const LONGEST_BACKOFF_MS = 60_000;

/**
 * Keeps a job going until it is over or the service ends: starts its process, and again where that
 * crashes, gives it up where that does not help, and removes its folder in the end. What it decides
 * on is all in the store, so that another can go on from any moment.
 *
 * @param id A job that was set running.
 * @param store The jobs.
 * @param attendance What it takes.
 */
export async function attendJob(
  id: string,
  store: JobStore,
  attendance: Attendance,
): Promise<void> {
  const { bell, log, lookMs, isClosing } = attendance;
  const folder = store.folder(id);
  const patienceMs = attendance.isForeign ? FOREIGN_LOOKS * lookMs : 0;
  const isRunning = () => store.get(id).status === "running";
  let freeSince: number | null = null; // since when no process has the lock

  /** Whether the process is ours to start. */
  async function isOurs(): Promise<boolean> {
    const isFree = await isUnlocked(folder);
    freeSince = isFree ? freeSince ?? performance.now() : null;
    return freeSince !== null && performance.now() - freeSince >= patienceMs;
  }

  /** Starts the process, sees it to its end, and settles what follows from that. */
  async function start(): Promise<void> {
    const { status, starts } = store.noteStart(id);
    if (status !== "running") return; // it was cancelled just now
    log.info("job started", { job: id, starts });
    const { code, reason } = await runJobProcess(id, store, attendance);
    log.info("job's process ended", { job: id, reason });
    if (isClosing() || code === LOCKED || !isRunning()) return;
    store.noteCrash(id, reason);
    log.warn("job crashed", { job: id, reason });
    const { crashes } = store.attempts(id);
    await backOff(Math.min(BACKOFF_LOOKS * lookMs * 2 ** (crashes - 1), LONGEST_BACKOFF_MS));
  }

  async function backOff(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !isClosing() && isRunning();) {
      await bell.wait(left);
      left = until - performance.now();
    }
  }

  /** Does what is next; says whether the job is over. */
  async function step(): Promise<boolean> {
    if (!isRunning()) {
      if (await removeJobFolder(folder)) return true;
      await bell.wait(lookMs); // another service's process works in it still
    } else if (await isOurs()) {
      const verdict = jobVerdict(store.attempts(id), attendance);
      if (verdict === null) await start();
      else store.fail(id, verdict);
    } else {
      await bell.wait(lookMs);
    }
    return false;
  }

  while (!isClosing()) {
    try {
      if (await step()) return;
    } catch (error) {
      log.error("job not attended", { job: id, reason: messageOf(error) }); // as on a full disk
      await bell.wait(BACKOFF_LOOKS * lookMs);
    }
  }
}

async function isUnlocked(folder: string): Promise<boolean> {
  await Deno.mkdir(folder, { recursive: true });
  using lock = await lockJob(folder, { seconds: 0 });
  return lock !== null;
}
