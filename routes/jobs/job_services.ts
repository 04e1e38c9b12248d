import type { ClassifierStore } from "../../src/classifiers/classifiers.ts";
import type { JobStore } from "../../src/jobs/job_store.ts";
import type { Supervisor } from "../../src/jobs/supervisor.ts";
import type { Services } from "../services.ts";

/** What the routes of jobs stand on. */
export interface JobServices extends Services {
  classifiers: ClassifierStore;
  jobs: {
    store: JobStore;
    supervisor: Supervisor;
    limits: {
      /** Jobs that may wait. */
      queue: number;
      /** Steps that a job may ask for. */
      steps: number;
      /** Folders that pretraining may read. */
      folders: string[];
    };
  };
}
