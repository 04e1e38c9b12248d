import { isAbsolute, relative } from "node:path";
import { LookalikeError } from "../errors.ts";

/**
 * Finds a folder that pretraining may read: inside one that the operator has allowed, wherever links
 * lead. What lies elsewhere is refused in one way, there or not, so that nobody learns of it.
 *
 * @param folder What the request says.
 * @param allowed Folders that the operator has allowed.
 * @returns The folder's real path.
 * @throws {LookalikeError} `forbidden`, with param `folder`.
 */
export async function allowedFolder(folder: string, allowed: readonly string[]): Promise<string> {
  const real = isAbsolute(folder) ? await realFolder(folder) : null;
  const roots = await Promise.all(allowed.map(realFolder));
  if (real !== null && roots.some((root) => root !== null && isInside(real, root))) return real;
  throw new LookalikeError(
    "forbidden",
    "Cannot read images from the folder as it must be one in a folder that the operator has allowed " +
      "(LOOKALIKE_PRETRAIN_FOLDERS), by its whole path: it is not.",
    { param: "folder" },
  );
}

async function realFolder(path: string): Promise<string | null> {
  try {
    const real = await Deno.realPath(path);
    return (await Deno.stat(real)).isDirectory ? real : null;
  } catch {
    return null; // whatever the reason
  }
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === "" || !/^\.\.([/\\]|$)/.test(way) && !isAbsolute(way);
}
