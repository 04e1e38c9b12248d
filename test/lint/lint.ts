import { fileURLToPath } from "node:url";
import plugin from "./plugin.ts";

/**
 * What one of our rules says of a file.
 *
 * @param rule The rule's name.
 * @param path Where the file would lie, from the project's root.
 * @param source Its text.
 * @returns A sentence a fault.
 */
export function lint(rule: keyof typeof plugin.rules, path: string, source: string): string[] {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  return Deno.lint.runPlugin(plugin, file, source)
    .filter(({ id }) => id === `${plugin.name}/${rule}`)
    .map(({ message }) => message);
}
