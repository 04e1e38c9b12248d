import type { Scope } from "../../src/keys/key_store.ts";

/**
 * Declares which scope a key must have for a route. What is declared here is what {@link accessTo}
 * holds requests to, before their bodies are read; a route of `/v1` that declares none needs `admin`.
 *
 * @param scope The scope.
 * @returns What belongs in `createRoute`.
 */
export function needs(scope: Scope) {
  return { security: [{ bearer: [scope] }] };
}
