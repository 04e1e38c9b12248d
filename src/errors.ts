/** The stable codes an error of Lookalike can carry; `routes/problem.ts` gives each its HTTP status. */
export type ErrorCode =
  | "invalid_input"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "unsupported_image"
  | "damaged"
  | "overloaded"
  | "rate_limited"
  | "timed_out"
  | "unavailable"
  | "out_of_memory"
  | "not_installed"
  | "device_unavailable"
  | "not_traceable"
  | "not_finite"
  | "interrupted"
  | "internal";

/** What an error says beyond its sentence. */
export interface ErrorDetails {
  /** The field, option or file that is at fault, as the caller named it: `input[3]`, `--epochs`. */
  param?: string;
  /** Seconds after which trying again is worthwhile; becomes `Retry-After`. */
  retryAfter?: number;
  /** The error underneath. */
  cause?: unknown;
}

/**
 * An error that a person can act on: a stable code for programs and a sentence for people.
 *
 * @example
 * ```ts
 * import { LookalikeError } from "./errors.ts";
 * const error = new LookalikeError("invalid_input", "Cannot train as --epochs must be at least 1: it is 0.", { param: "--epochs" });
 * console.assert(error.code === "invalid_input");
 * ```
 */
export class LookalikeError extends Error {
  override readonly name = "LookalikeError";
  readonly code: ErrorCode;
  readonly param?: string;
  readonly retryAfter?: number;

  /**
   * @param code What kind of fault it is; stable over releases.
   * @param message A sentence: what was wrong, where, and what to do.
   * @param details The field at fault, when to try again, the cause.
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.param = details.param;
    this.retryAfter = details.retryAfter;
  }
}

/**
 * The sentence of anything that was thrown.
 *
 * @param error What a `catch` caught.
 * @returns Its message, or the thing itself as text.
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
