import { LookalikeError } from "../errors.ts";

/**
 * The error of a job that cannot be as it was asked for.
 *
 * @param param The field at fault, as the request calls it.
 * @param reason The sentence's end: «it must be …: it is …».
 * @returns The error, to be thrown.
 */
export function refused(param: string, reason: string): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot take the job as ${reason}.`, { param });
}

/**
 * Does something whose errors name a field by another word than the request of a job does.
 *
 * @param words The request's word for each field, such as `{ name: "collection" }`.
 * @param work What to do.
 * @returns What the work returns.
 * @throws {LookalikeError} What the work throws, under the request's word.
 */
export async function inWordsOfRequest<T>(
  words: Record<string, string>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LookalikeError)) throw error;
    const param = words[error.param ?? ""] ?? error.param;
    const { code, message, retryAfter } = error;
    throw new LookalikeError(code, message, { param, retryAfter, cause: error });
  }
}
