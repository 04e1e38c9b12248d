import { LookalikeError } from "../errors.ts";
import type { ApiKey, KeySettings } from "./key_store.ts";
import { parseScopes } from "./scopes.ts";

const MOST_PER_MINUTE = 1_000_000;

/**
 * Checks how a key is to be made.
 *
 * @param settings What the caller says.
 * @returns The same with its defaults, and its date in ISO 8601.
 * @throws {LookalikeError} `invalid_input` with the setting as `param`.
 */
export function checkSettings(
  settings: KeySettings,
): Pick<ApiKey, "name" | "scopes" | "requestsPerMinute" | "expiresAt"> {
  const { name, requestsPerMinute = null, expiresAt = null } = settings;
  if (!/^[^\p{Cc}\p{Cs}]{1,64}$/u.test(name)) {
    throw wrong("name", "must have 1 to 64 characters, none of them a control character");
  }
  const scopes = parseScopes(settings.scopes);
  const whole = requestsPerMinute === null || Number.isInteger(requestsPerMinute);
  if (!whole || requestsPerMinute !== null && !inRange(requestsPerMinute)) {
    throw wrong("requestsPerMinute", `must be a whole number from 1 to ${MOST_PER_MINUTE}`);
  }
  const expires = expiresAt === null ? null : new Date(expiresAt);
  if (expires !== null && !(expires.getTime() > Date.now())) { // NaN too
    throw wrong("expiresAt", "must be a date in the future, such as 2030-01-31");
  }
  return { name, scopes, requestsPerMinute, expiresAt: expires?.toISOString() ?? null };
}

const inRange = (limit: number) => limit >= 1 && limit <= MOST_PER_MINUTE;

function wrong(param: keyof KeySettings, must: string): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot make a key as its ${param} ${must}.`, {
    param,
  });
}
