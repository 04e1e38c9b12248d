import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ErrorCode, LookalikeError } from "../src/errors.ts";

const TYPES = [
  "invalid_request_error",
  "authentication_error",
  "permission_error",
  "not_found_error",
  "conflict_error",
  "overloaded_error",
  "rate_limit_error",
  "timeout_error",
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
}).openapi("Problem");

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
  unauthorized: { status: 401, type: "authentication_error" },
  forbidden: { status: 403, type: "permission_error" },
  not_found: { status: 404, type: "not_found_error" },
  conflict: { status: 409, type: "conflict_error" },
  too_large: { status: 413, type: "invalid_request_error" },
  overloaded: { status: 429, type: "overloaded_error" },
  rate_limited: { status: 429, type: "rate_limit_error" },
  timed_out: { status: 504, type: "timeout_error" },
  unavailable: { status: 503, type: "unavailable_error" },
  out_of_memory: { status: 503, type: "unavailable_error" },
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
