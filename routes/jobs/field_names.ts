/**
 * A field's name as the API writes it.
 *
 * @param name As programs here do: `totalSteps`.
 * @returns `total_steps`.
 */
export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * A field's name as programs here write it.
 *
 * @param name As the API does: `total_steps`; what is written so already stays.
 * @returns `totalSteps`.
 */
export function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * An object with other names for its fields; what they hold is left as it is.
 *
 * @param object Such as numbers by name.
 * @param rename {@link toSnakeCase} or {@link toCamelCase}.
 * @returns The same values under the new names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { renamed, toCamelCase, toSnakeCase } from "./field_names.ts";
 * assertEquals(renamed({ totalSteps: 3 }, toSnakeCase), { total_steps: 3 });
 * assertEquals(renamed({ total_steps: 3 }, toCamelCase), { totalSteps: 3 });
 * ```
 */
export function renamed<Value>(
  object: Readonly<Record<string, Value>>,
  rename: (name: string) => string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [rename(name), value]));
}
