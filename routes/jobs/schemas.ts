import { z } from "@hono/zod-openapi";
import {
  type Comparison,
  type Job,
  JOB_STATUSES,
  type JobEvent,
  type Promotion,
} from "../../src/jobs/job.ts";
import { seconds } from "../requests/values.ts";
import { renamed, toSnakeCase } from "./field_names.ts";

/** Where the API's page shows these routes. */
export const JOBS = ["Jobs"];

/** What may go wrong where the jobs are only looked at, which keeps nobody waiting. */
export const OF_LOOKS = [400, 401, 403, 404, 429, 500, 503] as const;

/** The path's parameters of a job. */
export const ofJob = z.strictObject({
  job: z.string().max(64, "must have at most 64 characters").openapi({
    description: "The job's id.",
    example: "ftjob-0123456789abcdefghjkmnpq",
  }),
});

/** A name of what comes out, or an alias, in a request. */
export const resultName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, {
  error: () => 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
});

/** An alias that is to follow, in a request. */
export const promoteInput = z.strictObject({
  alias: resultName.openapi({ example: "production" }),
  when: z.enum(["if_better", "always"]).default("if_better"),
}).openapi({
  description:
    "An alias that is pointed to the result: always, or only if it is better than what the alias " +
    "has (or, without one, than what it came from), by ten held-out examples at least.",
});

/** A seed, in a request. */
export const seedInput = z.int().min(0).max(2 ** 27 - 1).openapi({
  description: "All that is random in the job is a function of it.",
});

const instant = z.int().nullable();

/** What jobs of both kinds have, in an answer. */
export const jobFields = {
  id: z.string(),
  status: z.enum(JOB_STATUSES),
  created_at: z.int().openapi({ description: "Seconds since 1970, as all times." }),
  started_at: instant,
  finished_at: instant,
  estimated_finish: instant.openapi({ description: "By its last progress, while it runs." }),
  queue_position: z.int().nullable().openapi({
    description:
      "Its turn among those that wait, about: the keys that asked take turns. null once it runs, and " +
      "where more than 1,000 wait.",
  }),
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    param: z.string().nullable(),
  }).nullable().openapi({ description: "Why it failed, in a sentence." }),
  metrics: z.record(z.string(), z.unknown()).nullable().openapi({
    description: "What was measured, once it has succeeded.",
  }),
  comparisons: z.array(z.strictObject({
    with: z.string().openapi({ description: "What the result is compared with." }),
    measure: z.string(),
    count: z.int().openapi({ description: "On how many examples." }),
    before: z.number(),
    after: z.number(),
    is_better: z.boolean().nullable().openapi({
      description: "null where the examples are too few to say.",
    }),
    reason: z.string(),
  })).openapi({
    description: "First with what it came from; then, where it has one, with what the alias has.",
  }),
  warnings: z.array(z.string()),
  promotion: z.strictObject({
    alias: z.string(),
    when: z.enum(["if_better", "always"]),
    status: z.enum(["pending", "promoted", "kept"]),
    reason: z.string().nullable(),
  }).nullable().openapi({ description: "What became of the alias that was to follow." }),
  starts: z.int().openapi({ description: "How often its process was started." }),
};

/** What is known of a job beside itself. */
export interface Circumstances {
  /** The turns of those that wait, by id. */
  positions: ReadonlyMap<string, number>;
  /** Its last progress, while it runs. */
  progress: JobEvent | null;
}

/**
 * What jobs of both kinds have, as the API has it.
 *
 * @param job The job.
 * @param circumstances What else is known of it.
 * @returns Part of the answer's body.
 */
export function describedFields(job: Job, { positions, progress }: Circumstances) {
  const { id, status, createdAt, startedAt, finishedAt, error, result, starts } = job;
  return {
    id,
    status,
    created_at: seconds(createdAt),
    started_at: startedAt === null ? null : seconds(startedAt),
    finished_at: finishedAt === null ? null : seconds(finishedAt),
    estimated_finish: progress && estimatedFinish(progress),
    queue_position: positions.get(id) ?? null,
    error,
    metrics: result && renamed(result.metrics, toSnakeCase),
    comparisons: (result?.comparisons ?? []).map(describedComparison),
    warnings: result?.warnings ?? [],
    promotion: describedPromotion(job),
    starts,
  };
}

function describedComparison({ isBetter, ...rest }: Comparison) {
  return { ...rest, is_better: isBetter };
}

function describedPromotion({ status, request: { promote }, promotion }: Job) {
  if (promote === null) return null;
  const undecided: Promotion = status === "failed" || status === "cancelled"
    ? {
      status: "kept",
      reason: `The job made nothing: it ${status === "failed" ? "has failed" : "was cancelled"}.`,
    }
    : { status: "pending", reason: null };
  return { ...promote, ...promotion ?? undecided };
}

function estimatedFinish({ createdAt, data: { secondsLeft } }: JobEvent): number | null {
  return typeof secondsLeft === "number" && Number.isFinite(secondsLeft)
    ? seconds(createdAt) + Math.ceil(secondsLeft)
    : null;
}

/**
 * A page of a list, in OpenAI's shape.
 *
 * @param item What it lists.
 * @returns The schema.
 */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    object: z.literal("list"),
    data: z.array(item),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable().openapi({
      description: "What to send as `after` for the next page.",
    }),
  });
}

/**
 * A page as the API has it.
 *
 * @param data What it lists.
 * @param hasMore Whether there is more behind it.
 * @returns The answer's body.
 */
export function pageOf<Item extends { id: string }>(data: Item[], hasMore: boolean) {
  return {
    object: "list" as const,
    data,
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
