import { z } from "@hono/zod-openapi";
import type { Job, JobEvent, JobKind } from "../../src/jobs/job.ts";
import { seconds } from "../requests/values.ts";
import { renamed, toSnakeCase } from "./field_names.ts";

/** Something that happened in a job, in an answer. */
export const eventSchema = z.strictObject({
  object: z.enum(["fine_tuning.job.event", "pretraining.job.event"]),
  id: z.string().openapi({ description: "Its number in the job, from 1." }),
  created_at: z.int(),
  level: z.enum(["info", "warn", "error"]),
  type: z.enum(["message", "progress", "checkpoint", "status"]),
  message: z.string().openapi({ description: "A sentence." }),
  data: z.record(z.string(), z.unknown()).openapi({
    description:
      "Of progress: `step`, `total_steps`, `loss`, and what else is measured, such as `seconds_left`.",
  }),
}).openapi("JobEvent", {
  example: {
    object: "fine_tuning.job.event",
    id: "7",
    created_at: 1767225600,
    level: "info",
    type: "progress",
    message: "Step 120 of 200: loss 0.412, 40 s left.",
    data: { step: 120, total_steps: 200, loss: 0.412, seconds_left: 40 },
  },
});

/** A step from which a job can go on, in an answer. */
export const checkpointSchema = z.strictObject({
  object: z.enum(["fine_tuning.job.checkpoint", "pretraining.job.checkpoint"]),
  id: z.string(),
  created_at: z.int(),
  job_id: z.string(),
  fine_tuning_job_id: z.string().openapi({ description: "The same, for OpenAI's clients." }),
  fine_tuned_model_checkpoint: z.null().openapi({
    description: "It is no model of its own: the job alone goes on from it.",
  }),
  step_number: z.int(),
  metrics: z.record(z.string(), z.unknown()),
}).openapi("JobCheckpoint");

/** What objects of a kind's jobs begin with. */
const objectOf = (kind: JobKind) => `${kind}.job` as const;

/**
 * An event as the API has it.
 *
 * @param job Its job.
 * @param event The event.
 * @returns Part of the answer's body.
 */
export function describedEvent(job: Job, event: JobEvent): z.input<typeof eventSchema> {
  const { sequence, createdAt, level, type, message, data } = event;
  return {
    object: `${objectOf(job.request.kind)}.event`,
    id: String(sequence),
    created_at: seconds(createdAt),
    level,
    type,
    message,
    data: renamed(data, toSnakeCase),
  };
}

/**
 * A checkpoint as the API has it.
 *
 * @param job Its job.
 * @param event The event that says it was written.
 * @returns Part of the answer's body.
 */
export function describedCheckpoint(job: Job, event: JobEvent): z.input<typeof checkpointSchema> {
  const { sequence, createdAt, data } = event;
  return {
    object: `${objectOf(job.request.kind)}.checkpoint`,
    id: String(sequence),
    created_at: seconds(createdAt),
    job_id: job.id,
    fine_tuning_job_id: job.id,
    fine_tuned_model_checkpoint: null,
    step_number: Number(data.step),
    metrics: renamed(data, toSnakeCase),
  };
}
