import type { JobKind } from "../../src/jobs/job.ts";

/** How the API calls the jobs of a kind: in addresses, in operations' ids, and in sentences. */
export const KINDS = {
  fine_tuning: { path: "/v1/fine_tuning/jobs", operation: "FineTuning", noun: "fine-tuning" },
  pretraining: { path: "/v1/pretraining/jobs", operation: "Pretraining", noun: "pretraining" },
} as const satisfies Record<JobKind, { path: string; operation: string; noun: string }>;
