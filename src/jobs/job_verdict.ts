import type { JobError } from "./job.ts";
import type { JobAttempts } from "./job_store.ts";

/** Crashes in a row, without anything new between, after which a job is given up. */
const MOST_CRASHES = 5;
/**
 * Starts in a row likewise, whatever ended them. Those that the service's own end cut short are no
 * crashes of the job, unless it is the job that ends the service each time.
 */
const MOST_STARTS = 20;

/**
 * Whether a job is to be given up.
 *
 * @param attempts How its process has fared.
 * @param limits.hours How long it may run in all.
 * @returns Why it has failed, or null while it may go on.
 */
export function jobVerdict(
  { crashes, lastCrash, vainStarts, runningSeconds }: JobAttempts,
  { hours }: { hours: number },
): JobError | null {
  const failed = (code: string, message: string) => ({ code, message, param: null });
  if (crashes >= MOST_CRASHES) {
    return failed(
      "internal",
      `Cannot go on with the job as its process crashed ${crashes} times in a row without coming ` +
        `further: the last time by ${lastCrash}.`,
    );
  }
  if (vainStarts >= MOST_STARTS) {
    return failed(
      "internal",
      `Cannot go on with the job as its process was started ${vainStarts} times in a row without ` +
        "coming further: the service or something else ended it each time.",
    );
  }
  if (runningSeconds < hours * 3600) return null;
  return failed(
    "timed_out",
    `Cannot go on with the job as it may run for ${hours} hours in all: it has.`,
  );
}
