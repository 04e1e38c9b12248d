import { LookalikeError, messageOf } from "../errors.ts";

/**
 * Whether the device had not enough memory.
 *
 * @param error What loading or running an encoder threw.
 * @returns Whether less at once, or less beside it, may succeed.
 */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof LookalikeError && error.code === "out_of_memory";
}

/**
 * The error of what does not fit on the device.
 *
 * @param doing What was tried, as the beginning of a sentence: `Cannot embed the image`.
 * @param cause What was thrown.
 * @returns The error, to be thrown.
 */
export function outOfMemory(doing: string, cause: unknown): LookalikeError {
  return new LookalikeError(
    "out_of_memory",
    `${doing} as the device must have memory for it: ${messageOf(cause)}`,
    { retryAfter: 5, cause },
  );
}
