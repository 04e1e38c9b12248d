import { join } from "node:path";
import { checkName, isVersion } from "./reference.ts";

const TEMPORARY = /^\..*\.tmp$/;
/** What is left of a removed version: an empty folder, so that its number is never given again. */
const REMOVED = /^\.([1-9][0-9]{0,8})\.removed$/;
/** No writer takes this long, so that an older temporary folder is what a crash left. */
const LEFTOVER_MS = 60 * 60 * 1000;

/**
 * What a store has versions of, by name.
 *
 * @param root The store's folder; it need not be there.
 * @returns The names of folders that could hold versions, in order.
 */
export async function versionedNames(root: string): Promise<string[]> {
  const folders = (await entries(root)).filter((entry) => !entry.isFile);
  return folders.map((entry) => entry.name).filter((name) => {
    try {
      return checkName(name, "folder") === name;
    } catch {
      return false;
    }
  }).sort();
}

/**
 * The versions in a name's folder.
 *
 * @param folder The folder; it need not be there.
 * @returns The versions, the oldest first.
 */
export async function versionsIn(folder: string): Promise<string[]> {
  const found = (await entries(folder)).map((entry) => entry.name).filter(isVersion);
  return found.sort((a, b) => Number(a) - Number(b));
}

/**
 * The number that the next version gets: above all that are there or ever were.
 *
 * @param folder A name's folder.
 * @returns The number.
 */
export async function nextVersion(folder: string): Promise<number> {
  const names = (await entries(folder)).map(({ name }) => REMOVED.exec(name)?.[1] ?? name);
  return Math.max(0, ...names.filter(isVersion).map(Number)) + 1;
}

/**
 * The hidden name that a version has from the moment of its removal.
 *
 * @param version The version.
 * @returns The folder's name, which no version can have.
 */
export function removedName(version: string): string {
  return `.${version}.removed`;
}

/**
 * Deletes what crashes left in a name's folder: versions half written, and versions half removed.
 *
 * @param folder The folder; it need not be there.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const { name } of await entries(folder)) {
    const path = join(folder, name);
    if (REMOVED.test(name)) await empty(path);
    else if (TEMPORARY.test(name) && await isOld(path)) await removeTree(path);
  }
}

async function empty(folder: string): Promise<void> {
  for (const { name } of await entries(folder)) await removeTree(join(folder, name));
}

async function isOld(path: string): Promise<boolean> {
  const { mtime } = await Deno.stat(path).catch(() => ({ mtime: null })); // another took it
  return mtime !== null && Date.now() - mtime.getTime() >= LEFTOVER_MS;
}

/** Whoever comes next tries again where this fails. */
async function removeTree(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
}

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    const absent = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (absent) return [];
    throw error;
  }
}
