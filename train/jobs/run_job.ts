import type { ClassifierStore } from "../../src/classifiers/classifiers.ts";
import type { EncoderStore } from "../../src/encoders/store.ts";
import { type ErrorCode, LookalikeError } from "../../src/errors.ts";
import type { Job, JobResult } from "../../src/jobs/job.ts";
import { lockJob } from "../../src/jobs/job_lock.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";
import type { JobContext } from "./job_context.ts";
import { type JobExamples, readJobExamples } from "./job_files.ts";
import { runFineTuningJob } from "./fine_tuning_job.ts";
import { createJobReporter } from "./job_reporter.ts";
import { runPretrainingJob } from "./pretraining_job.ts";
import { runProbeJob } from "./probe_job.ts";

/** What a job is run with. */
export interface RunJobOptions
  extends Pick<JobContext, "home" | "precision" | "mostSteps" | "signal"> {
  jobs: JobStore;
  encoders: EncoderStore;
  classifiers: ClassifierStore;
  /** Seconds from one checkpoint to the next; 10 unless told. */
  checkpointEvery?: number;
  /** Seconds to wait for another process's lock; 10 unless told. */
  patience?: number;
}

/**
 * How a job's process ended: the job has ended, well or badly; it was stopped, and goes on from its
 * checkpoint at the next start; or another process has it.
 */
export type JobOutcome = "ended" | "stopped" | "locked";

/**
 * What a job fails by: it would come to it again, however often it was started. All else (a full disk,
 * a device that is gone) is thrown, and the job is started again.
 */
const VERDICTS: readonly ErrorCode[] = [
  "invalid_input",
  "conflict",
  "not_finite",
  "not_found",
  "damaged",
  "too_large",
];

/**
 * Runs a job from wherever it stands to its end, and notes that. TensorFlow must be running.
 *
 * A kill at any moment costs the steps since the last checkpoint: events that were told, and versions
 * that were saved, are known by their keys and their lineage, and are not told or saved again.
 *
 * @param id The job's.
 * @param options Where jobs, encoders and classifiers are, and how it is run.
 * @returns How it ended.
 * @throws {unknown} What is not the job's fault; the job is then still running.
 */
export async function runJob(id: string, options: RunJobOptions): Promise<JobOutcome> {
  const { jobs, signal, patience = 10, checkpointEvery = 10 } = options;
  if (jobs.get(id).status !== "running") return "ended";
  const folder = jobs.folder(id);
  using lock = await lockJob(folder, { seconds: patience });
  if (!lock) return "locked";
  const job = jobs.get(id); // as the process left it that had the lock
  if (job.status !== "running") return "ended";
  const report = createJobReporter(jobs, id);
  try {
    const known = await readJobExamples(folder);
    jobs.succeed(id, await work(job, { ...options, id, folder, report, checkpointEvery, known }));
    return "ended";
  } catch (error) {
    if (signal.aborted) return "stopped";
    if (!(error instanceof LookalikeError) || !VERDICTS.includes(error.code)) throw error;
    const { code, message, param = null } = error;
    jobs.fail(id, { code, message, param });
    return "ended";
  }
}

async function work(
  { request }: Job,
  context: JobContext & { known: JobExamples | null },
): Promise<JobResult> {
  if (request.kind === "pretraining") return await runPretrainingJob(request, context);
  const { known } = context;
  if (!known) throw new LookalikeError("damaged", "Cannot begin as examples.json is missing.");
  return request.method === "probe"
    ? await runProbeJob(request, { ...context, known })
    : await runFineTuningJob(request, { ...context, known });
}
