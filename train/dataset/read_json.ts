import type { z } from "zod";

/**
 * A JSON file that may be missing, cut short or from another version: then there is none.
 *
 * @param path The file.
 * @param schema What it must hold.
 * @returns What it holds, or null.
 */
export async function readJson<T extends z.ZodType>(
  path: string,
  schema: T,
): Promise<z.infer<T> | null> {
  try {
    return schema.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch {
    return null;
  }
}
