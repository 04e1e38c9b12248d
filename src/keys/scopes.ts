import { LookalikeError } from "../errors.ts";
import type { ApiKey, Scope } from "./key_store.ts";

/** All scopes, from the least to the most. */
export const SCOPES = ["read", "write", "train", "admin"] as const satisfies readonly Scope[];

/**
 * Whether a key may do what needs a scope: `admin` may do everything, and every key may read.
 *
 * @param key The key.
 * @param scope What is needed.
 * @returns Whether it may.
 *
 * @example
 * ```ts
 * import { allows } from "./scopes.ts";
 * console.assert(allows({ scopes: ["write"] }, "read"));
 * console.assert(!allows({ scopes: ["write"] }, "train"));
 * console.assert(allows({ scopes: ["admin"] }, "train"));
 * ```
 */
export function allows({ scopes }: Pick<ApiKey, "scopes">, scope: Scope): boolean {
  return scope === "read" || scopes.includes(scope) || scopes.includes("admin");
}

/**
 * Reads scopes as people write them.
 *
 * @param words Such as `["read", "write"]`.
 * @returns Each once, in the order of {@link SCOPES}.
 * @throws {LookalikeError} `invalid_input` if there is none, or one that is no scope.
 */
export function parseScopes(words: readonly string[]): Scope[] {
  const wrong = words.find((word) => !SCOPES.some((scope) => scope === word));
  if (wrong === undefined && words.length > 0) {
    return SCOPES.filter((scope) => words.includes(scope));
  }
  throw new LookalikeError(
    "invalid_input",
    `Cannot make a key as its scopes must be of ${SCOPES.join(", ")}: ${
      wrong === undefined ? "there is none" : `one is ${JSON.stringify(wrong.slice(0, 40))}`
    }.`,
    { param: "scopes" },
  );
}
