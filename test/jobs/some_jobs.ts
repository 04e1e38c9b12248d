import { join } from "node:path";
import type {
  FineTuningRequest,
  JobRequest,
  JobResult,
  PretrainingRequest,
} from "../../src/jobs/job.ts";
import type { JobStore, NewEvent } from "../../src/jobs/job_store.ts";
import { newJobId } from "../../src/jobs/new_job_id.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";

/** A request of a probe that is as good as any. */
export const PROBE: FineTuningRequest = {
  kind: "fine_tuning",
  model: "birds@1",
  collection: "garden",
  method: "probe",
  layer: 0,
  hyperparameters: {
    epochs: 1,
    leastSteps: 1,
    batchSize: 8,
    learningRate: 0.1,
    weightDecay: 0,
    unlabelled: "none",
    unlabelledWeight: 0,
  },
  seed: 0,
  heldOut: 0,
  name: "garden-birds",
  promote: null,
};

/** The same that an alias is to follow. */
export const PROMOTED: FineTuningRequest = {
  ...PROBE,
  promote: { alias: "production", when: "if_better" },
};

/** A request of pretraining. */
export const PRETRAINING: PretrainingRequest = {
  kind: "pretraining",
  source: { collection: "garden" },
  preset: null,
  configuration: {},
  from: null,
  name: "birds",
  promote: null,
};

/** What a job could have made. */
export const RESULT: JobResult = {
  classifier: "garden-birds@1",
  model: null,
  metrics: { accuracy: 0.75 },
  comparisons: [],
  warnings: [],
};

/** A home that is removed, and stores of its jobs that are closed, at the end. */
export async function jobsHome() {
  const home = await Deno.makeTempDir();
  const opened: JobStore[] = [];
  return {
    home,
    open() {
      const store = openJobStore(home);
      opened.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) store.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Adds a job of an asker to a queue that has room, and says its id. */
export function addJob(store: JobStore, keyId: string | null, request: JobRequest = PROBE): string {
  return store.add({ id: newJobId(request.kind), request, keyId }, { most: 1000 }).id;
}

/** An event of some progress. */
export function progress(step: number): NewEvent {
  const message = `Step ${step} of 100.`;
  const data = { step, totalSteps: 100, loss: 1 / step, secondsLeft: 100 - step };
  return { key: `progress:${step}`, level: "info", type: "progress", message, data };
}

/** What child.ts does: `ignore` listens to nobody, `hoard` fills the disk, `vanish` says nothing. */
export interface Behaviour {
  does?: "work" | "crash" | "fail" | "vanish" | "ignore" | "hoard";
  steps?: number;
  stepMs?: number;
}

/** Adds a job of child.ts, with its folder; an alias is to follow its result if it is told. */
export async function addWork(
  store: JobStore,
  behaviour: Behaviour = {},
  { alias }: { alias?: string } = {},
): Promise<string> {
  const id = newJobId("pretraining");
  await Deno.mkdir(join(store.folder(id), "images"), { recursive: true });
  const promote = alias === undefined ? null : { alias, when: "if_better" as const };
  const request = { ...PRETRAINING, configuration: { ...behaviour }, promote };
  store.add({ id, request, keyId: null }, { most: 1000 });
  return id;
}
