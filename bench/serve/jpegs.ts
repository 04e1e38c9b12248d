import { join } from "node:path";

/** As many as differ enough that no cache could help. */
const MOST = 512;

/**
 * The JPEG files of a folder and those below it, read into memory.
 *
 * @param folder Where they are.
 * @returns Up to 512 of them, by path.
 */
export async function readJpegs(folder: string): Promise<Uint8Array[]> {
  const files: string[] = [];
  const walk = async (path: string) => {
    const entries = await Array.fromAsync(Deno.readDir(path));
    for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      if (files.length >= MOST) return;
      if (isDirectory) await walk(join(path, name));
      else if (/\.jpe?g$/i.test(name)) files.push(join(path, name));
    }
  };
  await walk(folder);
  if (files.length === 0) throw new Error(`Cannot find a JPEG file in ${folder}.`);
  return await Promise.all(files.map((file) => Deno.readFile(file)));
}
