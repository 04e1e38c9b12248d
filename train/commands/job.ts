import { openClassifierStore } from "../../src/classifiers/classifier_store.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { LOCKED } from "../../src/jobs/job_process.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { readJobSettings } from "../jobs/job_settings.ts";
import { runJob } from "../jobs/run_job.ts";
import type { Command } from "./command.ts";
import { required } from "./device_options.ts";

/**
 * `job --id ID`: runs one job of the home's `jobs.db`. The service starts it; it ends with 0 once the
 * job has ended, well or badly.
 *
 * @param environment The variables that hold the job's share of the machine, as `readJobSettings`
 * takes them.
 * @returns The command.
 */
export function createJobCommand(environment: Record<string, string | undefined>): Command {
  return {
    summary: "Runs a job of the service, which starts this by itself",
    options: { id: { type: "string", help: "The job's id" } },
    endsWithInput: true,
    async run(values, { home, signal }) {
      const id = required(values, "id", "the id of a job of the service");
      const cores = navigator.hardwareConcurrency;
      const { device, threads, memoryShare, ...settings } = readJobSettings(environment, { cores });
      const jobs = openJobStore(home);
      try {
        await startTensorFlow({ device, threads, memoryShare });
        const outcome = await runJob(id, {
          ...settings,
          ...{ home, jobs, signal },
          encoders: openEncoderStore(home),
          classifiers: openClassifierStore(home),
        });
        if (outcome === "stopped") throw stopped(id);
        if (outcome === "locked") return LOCKED;
      } finally {
        jobs.close();
      }
    },
  };
}

function stopped(id: string): LookalikeError {
  return new LookalikeError("interrupted", `Stopped; job ${id} goes on from its checkpoint.`);
}
