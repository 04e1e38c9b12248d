import { join } from "node:path";

/**
 * Looks for a program.
 *
 * @param names What it may be called.
 * @returns The path of the first that is on the PATH; null if none is.
 */
export async function findProgram(names: string[]): Promise<string | null> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return null;
}
