import { createHash } from "node:crypto";
import { join } from "node:path";
import { LookalikeError, messageOf } from "../../src/errors.ts";
import { sha256, sha256File } from "../../src/files.ts";
import { decodeImage, MAGIC_BYTES, tooManyBytes } from "../../src/image/mod.ts";
import { byCodeUnit, isHidden, meantAsImage, namedAsImage } from "./file_names.ts";
import { mapInOrder } from "./map_in_order.ts";
import type { ImageSource } from "./source.ts";
import { stampOf } from "./stamp.ts";

/** An image file as the walk found it. */
interface FoundFile {
  name: string;
  path: string;
  /** Null where it cannot be looked at: a broken link, a forbidden folder. */
  info: Deno.FileInfo | null;
}

/** Calls to the file system under way at once; enough to hide a slow disk. */
const WIDTH = 64;

/**
 * The images in a folder and its folders. Hidden ones are passed over, links are followed.
 *
 * @param folder The folder.
 * @returns The source; the folder has been walked.
 */
export async function folderSource(folder: string): Promise<ImageSource> {
  const walkedAt = Date.now();
  const found = await walk(await Deno.realPath(folder));
  return {
    name: folder,
    total: found.length,
    stamp: () => Promise.resolve(stampOf(found, walkedAt)),
    content: () => content(found),
    names: () => Promise.resolve(found.map(({ name }) => name)),
    async *images({ side, limits }) {
      for (const file of found) {
        const pixels = async () => {
          const { size } = file.info ?? { size: 0 };
          if (size > limits.maxBytes) throw tooManyBytes(size, limits);
          return decodeImage(await read(file, Deno.readFile), { side, limits });
        };
        yield { name: file.name, pixels };
      }
    },
  };
}

async function walk(root: string): Promise<FoundFile[]> {
  const files: { name: string; path: string }[] = [];
  const visit = async (name: string, path: string, above: string[]) => {
    const real = await Deno.realPath(path);
    if (above.includes(real)) return; // a link that leads back up
    for (const entry of await list(path)) {
      if (isHidden(entry.name)) continue;
      const inner = { name: name + entry.name, path: join(path, entry.name) };
      if (entry.isDirectory || (entry.isSymlink && await isFolder(inner.path))) {
        await visit(`${inner.name}/`, inner.path, [...above, real]);
      } else if (entry.isFile || entry.isSymlink) {
        files.push(inner);
      }
    }
  };
  await visit("", root, []);
  files.sort((a, b) => byCodeUnit(a.name, b.name));
  const found: FoundFile[] = [];
  for await (const file of mapInOrder(files, WIDTH, lookAt)) if (file) found.push(file);
  return found;
}

async function list(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot read the folder ${folder}: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => null))?.isDirectory ?? false;
}

/** The file if it is meant as an image, else null. */
async function lookAt(file: { name: string; path: string }): Promise<FoundFile | null> {
  const info = await Deno.stat(file.path).catch(() => null);
  if (info !== null && !info.isFile) return null; // a pipe or a device behind a link
  if (!namedAsImage(file.name) && !meantAsImage(file.name, await head(file.path))) return null;
  return { ...file, info };
}

async function head(path: string): Promise<Uint8Array> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(MAGIC_BYTES);
    return bytes.subarray(0, await file.read(bytes) ?? 0);
  } catch {
    return new Uint8Array(); // not named as an image and not readable: nothing to us
  }
}

async function content(found: FoundFile[]): Promise<string> {
  const hash = createHash("sha256");
  const hashes = mapInOrder(found, WIDTH, async (file) => {
    const own = await read(file, sha256File).catch((error) => {
      if (error instanceof LookalikeError) return sha256(error.message);
      throw error;
    });
    return JSON.stringify([file.name, own]);
  });
  for await (const line of hashes) hash.update(line);
  return hash.digest("hex");
}

/** What `reader` makes of the file; that it is gone or forbidden is the file's own fault. */
async function read<T>(file: FoundFile, reader: (path: string) => Promise<T>): Promise<T> {
  try {
    return await reader(file.path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      const fault = error instanceof Deno.errors.NotFound ? "is not there" : "may not be read";
      throw new LookalikeError("damaged", `Cannot read the image as its file ${fault}.`, {
        cause: error,
      });
    }
    throw error;
  }
}
