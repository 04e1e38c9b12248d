/**
 * Applies a JSON merge patch (RFC 7396): what is null in the patch goes, objects are merged, all
 * else replaces.
 *
 * @param target The value as it was; it is left alone.
 * @param patch What changes.
 * @returns The value as it is then.
 *
 * @example
 * ```ts
 * import { mergePatch } from "./merge_patch.ts";
 * const merged = mergePatch({ a: 1, b: { c: 2 } }, { a: null, b: { d: 3 } });
 * console.assert(JSON.stringify(merged) === '{"b":{"c":2,"d":3}}');
 * ```
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  // A map and fromEntries, as names such as __proto__ are names like others there.
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
