import { randomBytes } from "node:crypto";
import type { JobKind } from "./job.ts";

const PREFIX = { fine_tuning: "ftjob", pretraining: "ptjob" } as const satisfies Record<
  JobKind,
  string
>;
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const ID = /^(ft|pt)job-[0-9a-hj-kmnp-tv-z]{24}$/;

/**
 * A new id of a job: the job's folder can be made before the job is added.
 *
 * @param kind What the job makes.
 * @returns `ftjob-` or `ptjob-`, and 120 random bits.
 *
 * @example
 * ```ts
 * import { newJobId } from "./new_job_id.ts";
 * console.assert(newJobId("fine_tuning").startsWith("ftjob-"));
 * ```
 */
export function newJobId(kind: JobKind): string {
  return `${PREFIX[kind]}-${Array.from(randomBytes(24), (byte) => LETTERS[byte % 32]).join("")}`;
}

/**
 * Whether a text can be the id of a job, and so the name of its folder.
 *
 * @param text What a caller gave, or a folder's name.
 * @returns Whether {@link newJobId} may have made it.
 */
export function isJobId(text: string): boolean {
  return ID.test(text);
}
