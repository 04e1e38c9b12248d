import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LookalikeError, messageOf } from "../../errors.ts";
import { syncFolder, writeAll } from "../../files.ts";
import type { ImageFile } from "../collections.ts";
import { sideBySide } from "../side_by_side.ts";

/** How many files are written at once. */
const MOST_WRITERS = 8;

/** Where an original is kept. */
export interface KeptImage {
  /** Its path under the folder of originals: two hexadecimal digits, `/`, a UUID. */
  file: string;
  /** Its media type. */
  type: string;
  /** Its length. */
  bytes: number;
  /** 64 hexadecimal digits. */
  sha256: string;
}

/** The originals of items, each a file under a name of its own that is never used again. */
export interface ImageFiles {
  /**
   * Writes files, and syncs them and their folder; all of them or none.
   *
   * @throws {LookalikeError} `unavailable` if the file system refuses, as when the disk is full.
   */
  write(images: ImageFile[]): Promise<KeptImage[]>;
  /**
   * Reads a file whole.
   *
   * @throws {LookalikeError} `damaged` if it is not there, or not as it was written.
   */
  read(image: KeptImage): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Gives a file a second name, or copies it where the file system does not take that; nothing there
   * is replaced. Its bytes are not read.
   *
   * @throws {LookalikeError} `damaged` if it is not there, or not as long as it was; `unavailable` if
   * the file system refuses.
   */
  link(image: KeptImage, path: string): Promise<void>;
  /** Removes files, those of them that are there. */
  remove(files: readonly string[]): Promise<void>;
  /** All files there are, with the time of their last change in milliseconds since 1970. */
  list(): AsyncIterable<{ file: string; changed: number }>;
}

/**
 * The originals in a folder.
 *
 * @param folder The folder; made with the first file.
 * @returns The files.
 */
export function imageFiles(folder: string): ImageFiles {
  const synced = new Set<string>(); // folders that are there for good

  const makeFolder = async (shelf: string): Promise<void> => {
    if (synced.has(shelf)) return;
    await Deno.mkdir(join(folder, shelf), { recursive: true });
    await syncFolder(folder);
    await syncFolder(join(folder, ".."));
    synced.add(shelf);
  };

  const remove = async (files: readonly string[]): Promise<void> => {
    for (const file of files) {
      await Deno.remove(join(folder, file)).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  };

  return {
    async write(images) {
      const shelf = randomUUID().slice(0, 2); // one a call, so that one sync of a folder is enough
      const kept: KeptImage[] = images.map(({ type, bytes }) => ({
        file: `${shelf}/${randomUUID()}`,
        type,
        bytes: bytes.length,
        sha256: "",
      }));
      try {
        await makeFolder(shelf);
        await sideBySide(images.keys(), {
          most: MOST_WRITERS,
          async work(at) {
            await writeNew(join(folder, kept[at].file), images[at].bytes);
            kept[at].sha256 = await digest(images[at].bytes);
          },
        });
        await syncFolder(join(folder, shelf));
        return kept;
      } catch (cause) {
        synced.delete(shelf);
        await remove(kept.map(({ file }) => file)).catch(() => {}); // swept at the next start
        throw new LookalikeError(
          "unavailable",
          `Cannot keep the items' images as the file system says: ${messageOf(cause)}. ` +
            "Nothing was written.",
          { retryAfter: 5, cause },
        );
      }
    },

    async read({ file, bytes, sha256 }) {
      const path = join(folder, file);
      const size = await Deno.stat(path).then(({ size }) => size, () => undefined);
      const data = size === bytes ? await Deno.readFile(path) : undefined;
      if (data?.length === bytes && await digest(data) === sha256) return data;
      throw new LookalikeError(
        "damaged",
        `Cannot serve the image ${file} as it must be as it was written: it is ${
          size === undefined ? "not there" : size === bytes ? "changed" : `${size} bytes long`
        }. Write the item again.`,
      );
    },

    async link({ file, bytes }, to) {
      const path = join(folder, file);
      const found = await Deno.stat(path).catch(() => undefined);
      if (!found?.isFile || found.size !== bytes) {
        throw new LookalikeError(
          "damaged",
          `Cannot link the image ${file} as it must be as it was written: it is ${
            found?.isFile ? `${found.size} bytes long` : "not there"
          }. Write the item again.`,
        );
      }
      try {
        await linkOrCopy(path, to);
      } catch (cause) {
        throw new LookalikeError(
          "unavailable",
          `Cannot link the image ${file} as the file system says: ${messageOf(cause)}.`,
          { retryAfter: 5, cause },
        );
      }
    },

    remove,

    async *list() {
      for (const shelf of await entries(folder)) {
        for (const name of await entries(join(folder, shelf))) {
          const file = `${shelf}/${name}`;
          const found = await Deno.stat(join(folder, file)).catch(() => undefined);
          if (found?.isFile) yield { file, changed: found.mtime?.getTime() ?? 0 };
        }
      }
    },
  };
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw error;
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    // Another file system, one without links, or too many of one file: they say so differently.
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    await Deno.copyFile(from, to);
    using file = await Deno.open(to, { write: true });
    await file.sync();
  }
}

async function writeNew(path: string, data: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  await writeAll(file, data);
  await file.sync();
}

async function digest(bytes: Uint8Array): Promise<string> {
  // Off the JavaScript thread, unlike node:crypto's hashes.
  const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return new Uint8Array(hash).toHex();
}
