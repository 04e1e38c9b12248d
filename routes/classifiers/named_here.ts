import { LookalikeError } from "../../src/errors.ts";

/**
 * Throws errors again by the field that the request has in the place of the one they name.
 *
 * @param fields What the request calls the field, by what the error calls it.
 * @returns What `catch` takes.
 */
export function namedHere(fields: Record<string, string>): (error: unknown) => never {
  return (error) => {
    const known = error instanceof LookalikeError && error.param !== undefined &&
      Object.hasOwn(fields, error.param);
    if (!known) throw error;
    const { code, message, retryAfter } = error;
    const param = fields[error.param!];
    throw new LookalikeError(code, message, { param, retryAfter, cause: error });
  };
}
