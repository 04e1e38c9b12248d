/**
 * Takes the packages out of deno.json that neither serving nor training imports, so that the image does not
 * have them: those of tests and tools. What deno.lock pins stays pinned.
 *
 * @module
 */

if (import.meta.main) {
  const config = JSON.parse(Deno.readTextFileSync("deno.json"));
  const files = [...["src", "routes", "train"].flatMap(sources), "main.ts"];
  config.imports = importsOf(config.imports, files.map((file) => Deno.readTextFileSync(file)));
  Deno.writeTextFileSync("deno.json", JSON.stringify(config, null, 2) + "\n");
}

/**
 * The imports that sources name, outside their documentation.
 *
 * @param imports The `imports` of deno.json.
 * @param texts The sources.
 * @returns Those of them that a source names in quotes, itself or a file in it.
 *
 * @example
 * ```ts
 * import { importsOf } from "./keep_imports.ts";
 * const imports = { hono: "npm:hono@4", "hono-x": "npm:hono-x@1" };
 * const kept = importsOf(imports, ['import { HTTPException } from "hono/http-exception";']);
 * console.assert(Object.keys(kept).join() === "hono");
 * ```
 */
export function importsOf(
  imports: Record<string, string>,
  texts: string[],
): Record<string, string> {
  const code = texts.join("\n").replace(/^\s*\*.*$/gm, "");
  const named = ([name]: [string, string]) =>
    code.includes(`"${name}"`) || code.includes(`"${name}/`);
  return Object.fromEntries(Object.entries(imports).filter(named));
}

function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
}
