import type { components } from "./schema.ts";

type Problem = components["schemas"]["Problem"]["error"];

/** An answer that is no success; its message is the service's own sentence. */
export class LookalikeApiError extends Error {
  override readonly name = "LookalikeApiError";
  /** The HTTP status. */
  readonly status: number;
  /** What kind of fault it is, stable over releases: `not_found`, `invalid_image`, …. */
  readonly code: string;
  /** The field at fault, such as `input[2]`, if it is a field's. */
  readonly param: string | null;
  /** Under which id the service's log has the request. */
  readonly requestId: string | null;
  /** After how many seconds to try again, if that is worthwhile. */
  readonly retryAfter: number | null;

  /**
   * @param response The answer.
   * @param problem What its body says.
   */
  constructor(response: Response, problem: Pick<Problem, "message" | "code" | "param">) {
    super(problem.message);
    this.status = response.status;
    this.code = problem.code;
    this.param = problem.param;
    this.requestId = response.headers.get("X-Request-Id");
    this.retryAfter = retryAfterOf(response);
  }
}

/**
 * What went wrong, by the answer.
 *
 * @param response An answer that is no success; its body is read.
 * @returns The error. What answers in the service's place, such as a proxy, is told by its status.
 */
export async function errorOf(response: Response): Promise<LookalikeApiError> {
  const body = await response.json().catch(() => null) as { error?: Partial<Problem> } | null;
  const {
    message = `The answer was ${response.status}, which does not look like Lookalike's.`,
    code = "unknown",
    param = null,
  } = body?.error ?? {};
  return new LookalikeApiError(response, { message, code, param });
}

/**
 * How long an answer asks to wait.
 *
 * @param response The answer.
 * @returns The seconds in its Retry-After; null without one. (The service sends no dates there.)
 */
export function retryAfterOf(response: Response): number | null {
  const text = response.headers.get("Retry-After");
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
