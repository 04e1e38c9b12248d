import type { Config } from "../config.ts";
import { LookalikeError } from "../errors.ts";
import { isLoopback } from "./loopback.ts";

/** Who may ask, as the settings and the keys have it. */
export interface AccessPolicy {
  /** Whether a request must have a key. */
  required: boolean;
  /** Whether only this machine can ask, and without a key. */
  loopbackOnly: boolean;
  /** What an operator should know of it, in a sentence, or null. */
  warning: string | null;
}

/**
 * Decides who may ask: with `auth` as `auto`, whoever is on this machine, and otherwise whoever has
 * a key.
 *
 * @param config The address to listen on, and `auth`.
 * @param options.hasKeys Whether anybody can have a valid key.
 * @returns Who may ask.
 * @throws {LookalikeError} `unauthorized` if a key would be needed and there is none: the service
 * must not start.
 *
 * @example
 * ```ts
 * import { accessPolicy } from "./access_policy.ts";
 * const auth = "auto" as const;
 * console.assert(!accessPolicy({ host: "127.0.0.1", auth }, { hasKeys: false }).required);
 * console.assert(accessPolicy({ host: "0.0.0.0", auth }, { hasKeys: true }).required);
 * ```
 */
export function accessPolicy(
  { host, auth }: Pick<Config, "host" | "auth">,
  { hasKeys }: { hasKeys: boolean },
): AccessPolicy {
  const local = isLoopback(host);
  const required = auth === "required" || auth === "auto" && !local;
  if (required && !hasKeys) {
    throw new LookalikeError(
      "unauthorized",
      `Cannot serve on ${host} as requests must have a key and there is none: make one with ` +
        "`deno run -A main.ts keys create --name NAME --scopes admin`, or set " +
        `LOOKALIKE_ADMIN_KEY${local ? "" : ", or listen on 127.0.0.1"}.`,
    );
  }
  const warning = required || local
    ? null
    : `Everybody who reaches ${host} may do everything, as LOOKALIKE_AUTH is off.`;
  return { required, loopbackOnly: local && !required, warning };
}
