import { messageOf } from "../errors.ts";
import type { Attendance } from "./attendance.ts";
import type { JobError } from "./job.ts";
import { jobBytes } from "./job_folders.ts";
import { type JobExit, type JobProcess, startJobProcess } from "./job_process.ts";
import type { JobStore } from "./job_store.ts";
import { jobVerdict } from "./job_verdict.ts";

/** How long a process may take to end before it is killed, if its job is over, or is to go on later. */
const STOP_MS = 2000;
const PAUSE_MS = 5000;

/** How often time and bytes are measured, in looks. */
const MEASURED_EVERY = 40;

/**
 * Runs the process of a job to its end, and ends it when the job is over, comes to a limit, or the
 * service ends.
 *
 * @param id A running job.
 * @param store The jobs.
 * @param attendance How it is started, and what it may take.
 * @returns How it ended; also where it could not be started.
 */
export async function runJobProcess(
  id: string,
  store: JobStore,
  attendance: Attendance,
): Promise<JobExit> {
  const { bell, log, lookMs, isClosing, onProcess, hours, bytes } = attendance;
  let exit = null as JobExit | null;
  let process: JobProcess;
  try {
    process = startJobProcess(id, attendance);
  } catch (error) {
    return { code: -1, reason: messageOf(error) };
  }
  onProcess(true);
  process.ended.then((how) => {
    exit = how;
    bell.ring();
  });
  let countedTo = performance.now();
  let asked: "nothing" | "pause" | "stop" = "nothing";

  function countTime(): void {
    const now = performance.now();
    store.addRunningTime(id, (now - countedTo) / 1000);
    countedTo = now;
  }

  async function measure(): Promise<void> {
    countTime();
    const attempts = { ...store.attempts(id), crashes: 0, vainStarts: 0 }; // it may be better now
    const taken = await jobBytes(store.folder(id));
    const fault = jobVerdict(attempts, { hours }) ??
      (taken > bytes ? tooLarge(taken, bytes) : null);
    if (fault !== null) store.fail(id, fault);
  }

  async function look(): Promise<void> {
    if (performance.now() - countedTo >= MEASURED_EVERY * lookMs) await measure();
    if (store.get(id).status !== "running") {
      if (asked !== "stop") process.stop(STOP_MS);
      asked = "stop";
    } else if (isClosing()) {
      if (asked === "nothing") process.pause(PAUSE_MS);
      asked = "pause";
    }
  }

  while (exit === null) {
    await bell.wait(MEASURED_EVERY * lookMs);
    try {
      if (exit === null) await look();
    } catch (error) {
      log.error("job not looked at", { job: id, reason: messageOf(error) }); // as on a full disk
    }
  }
  onProcess(false);
  countTime();
  return exit;
}

function tooLarge(taken: number, bytes: number): JobError {
  return {
    code: "too_large",
    message:
      `Cannot go on with the job as it may keep ${bytes} bytes on disk beside its images: it ` +
      `has ${taken}.`,
    param: null,
  };
}
