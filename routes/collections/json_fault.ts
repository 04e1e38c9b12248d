import { MOST_METADATA_DEPTH } from "../../src/collections/checks.ts";

/**
 * What keeps a value that was parsed from JSON from being written and read as it is.
 *
 * @param value The value.
 * @param left How much deeper it may be nested.
 * @returns What it must be, or null if nothing is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jsonFault } from "./json_fault.ts";
 * assertEquals(jsonFault({ a: [1] }), null);
 * assertEquals(jsonFault([JSON.parse("1e999")]), "must have only numbers that are finite");
 * assertEquals(jsonFault([[]], 1), "must be nested at most 32 deep");
 * ```
 */
export function jsonFault(value: unknown, left = MOST_METADATA_DEPTH): string | null {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return "must have only numbers that are finite";
  }
  if (typeof value !== "object" || value === null) return null;
  if (left === 0) return `must be nested at most ${MOST_METADATA_DEPTH} deep`;
  for (const inner of Object.values(value)) {
    const fault = jsonFault(inner, left - 1);
    if (fault !== null) return fault;
  }
  return null;
}
