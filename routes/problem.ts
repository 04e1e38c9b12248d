import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ErrorCode, LookalikeError } from "../src/errors.ts";

const TYPES = [
  "invalid_request_error",
  "not_found_error",
  "conflict_error",
  "overloaded_error",
  "unavailable_error",
  "server_error",
] as const;

/** The body of every answer that is not a success, in OpenAI's shape. */
export const problemSchema = z.strictObject({
  error: z.strictObject({
    message: z.string().openapi({ description: "What is wrong and what to do, in a sentence." }),
    type: z.enum(TYPES),
    param: z.string().nullable().openapi({
      description: "The field at fault, such as `input[2]`.",
    }),
    code: z.string().openapi({ description: "The kind of fault, stable over releases." }),
  }),
}).openapi("Problem", {
  example: {
    error: {
      message: "Cannot find model dogs as it must be one of those served: cats@2.",
      type: "not_found_error",
      param: "model",
      code: "not_found",
    },
  },
});

interface Row {
  status: ContentfulStatusCode;
  type: typeof TYPES[number];
  /** What the body calls it, where that is not the error's own code. */
  code?: string;
}

const SERVER_FAULT: Row = { status: 500, type: "server_error" };

/** The one table from an error's code to its status. */
const BY_CODE: Record<ErrorCode, Row> = {
  invalid_input: { status: 400, type: "invalid_request_error" },
  unsupported_image: { status: 400, type: "invalid_request_error", code: "invalid_image" },
  not_found: { status: 404, type: "not_found_error" },
  conflict: { status: 409, type: "conflict_error" },
  too_large: { status: 413, type: "invalid_request_error" },
  overloaded: { status: 429, type: "overloaded_error" },
  unavailable: { status: 503, type: "unavailable_error" },
  interrupted: { status: 499 as ContentfulStatusCode, type: "invalid_request_error" }, // the caller has left
  damaged: SERVER_FAULT,
  not_installed: SERVER_FAULT,
  device_unavailable: SERVER_FAULT,
  not_traceable: SERVER_FAULT,
  not_finite: SERVER_FAULT,
  internal: SERVER_FAULT,
};

/** What only HTTP knows, thrown as hono's HTTPException by hono and by routes. */
const BY_STATUS: Record<number, Row & { code: string }> = {
  400: { status: 400, type: "invalid_request_error", code: "invalid_input" },
  404: { status: 404, type: "not_found_error", code: "not_found" },
  405: { status: 405, type: "invalid_request_error", code: "method_not_allowed" },
  408: { status: 408, type: "invalid_request_error", code: "body_timeout" },
  415: { status: 415, type: "invalid_request_error", code: "unsupported_media_type" },
};

/** Sentences for what hono says in a word. */
const STOCK: Record<string, string> = {
  "Unsupported Media Type":
    "Cannot take the request as its Content-Type must be one that the route takes: /docs has them.",
  "Malformed JSON in request body": "Cannot read the body as it must be JSON: it is malformed.",
};

const DESCRIPTIONS = {
  400:
    "The request is not as it must be, or an image in it cannot be read; `param` names the field.",
  404: "There is no such model, collection, item or address.",
  408: "The body took too long to arrive.",
  409: "The collection's vectors are of another encoder.",
  413: "The body, an image, or the number of images is too large.",
  415: "The Content-Type is none that the route takes.",
  429: "Too much waits already; try again after the seconds in Retry-After.",
  500: "Something failed in the server; its log tells more under the answer's X-Request-Id.",
  503: "The service is warming or stopping; try again after the seconds in Retry-After.",
} as const;

type Declared = keyof typeof DESCRIPTIONS;

/**
 * Declares the answers that are no success, for a route's `responses`.
 *
 * @param statuses The statuses, of those that a route can have.
 * @returns A response for each.
 */
export function problems<const Status extends Declared>(...statuses: Status[]) {
  const content = { "application/json": { schema: problemSchema } };
  const retry = z.object({
    "Retry-After": z.int().min(1).openapi({ description: "Seconds." }),
  });
  const declared = statuses.map((status) => {
    const headers = status === 429 || status === 503 ? { headers: retry } : {};
    return [status, { description: DESCRIPTIONS[status], content, ...headers }];
  });
  return Object.fromEntries(declared) as Record<
    Status,
    { description: string; content: typeof content }
  >;
}

/**
 * Answers a request with what went wrong.
 *
 * The text of a fault of the server's own stays in the log, unless it was written for people.
 *
 * @param error What was thrown.
 * @param c The request's context.
 * @returns The answer.
 */
export function answerProblem(error: unknown, c: Context): Response {
  const { status, type, code, message, param, retryAfter } = describe(error);
  if (retryAfter !== undefined) c.header("Retry-After", String(Math.ceil(retryAfter)));
  return c.json({ error: { message, type, param, code } }, status);
}

interface Description extends Row {
  code: string;
  message: string;
  param: string | null;
  retryAfter?: number;
}

function describe(error: unknown): Description {
  if (error instanceof LookalikeError) {
    const row = BY_CODE[error.code];
    const retryAfter = error.retryAfter ??
      (row.status === 429 || row.status === 503 ? 1 : undefined);
    const { message, code, param = null } = error;
    return { code, ...row, message, param, retryAfter };
  }
  if (error instanceof HTTPException) {
    const row = BY_STATUS[error.status];
    if (row) return { ...row, message: STOCK[error.message] ?? error.message, param: null };
  }
  const message =
    "Cannot answer as something failed in the server: its log tells more under this " +
    "answer's X-Request-Id.";
  return { ...SERVER_FAULT, code: "internal", message, param: null };
}

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

/** `["items", 3, "id"]` → `items[3].id`. */
function fieldOf(path: PropertyKey[]): string {
  return path.map((step, at) =>
    typeof step === "number" ? `[${step}]` : at === 0 ? String(step) : `.${String(step)}`
  ).join("");
}
