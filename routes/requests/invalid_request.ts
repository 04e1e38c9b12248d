import type { z } from "@hono/zod-openapi";
import { LookalikeError } from "../../src/errors.ts";

/** A field may be named in megabytes, and an answer should not be. */
const LONGEST_NAME = 100;

/**
 * Turns what zod found wrong into an error that names the field.
 *
 * @param error What zod found.
 * @returns The error: the first fault, and its field.
 */
export function invalidRequest(error: z.core.$ZodError): LookalikeError {
  const issue = innermost(error.issues[0]);
  const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const field = fieldOf([...issue.path, ...unknown]);
  return new LookalikeError(
    "invalid_input",
    `Cannot take ${field || "the request"}${faultOf(issue)}.`,
    { param: field || undefined },
  );
}

function faultOf(issue: z.core.$ZodIssue): string {
  const [, expected, received] = /expected (\w+), received (\w+)/.exec(issue.message) ?? [];
  if (issue.code === "unrecognized_keys") return " as there is no such field";
  if (received === "undefined") return " as it must be there: it is missing";
  if (expected) return ` as it must be of type ${expected}: it is of type ${received}`;
  if (issue.message.startsWith("must ")) return ` as it ${issue.message}`;
  return `: ${issue.message}`;
}

/** The fault that the caller most likely means, where a value might have been one of several things. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const deepest = issue.errors.map(([first]) => innermost(first))
    .reduce((best, each) => each.path.length > best.path.length ? each : best);
  return { ...deepest, path: [...issue.path, ...deepest.path] };
}

/** `["items", 3, "id"]` → `items[3].id`; what the caller named at great length is cut. */
function fieldOf(path: PropertyKey[]): string {
  return path.map((step, at) => {
    if (typeof step === "number") return `[${step}]`;
    const name = String(step).slice(0, LONGEST_NAME);
    return at === 0 ? name : `.${name}`;
  }).join("");
}
