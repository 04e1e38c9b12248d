import { createHash, randomUUID } from "node:crypto";
import { dirname, join } from "node:path";

/**
 * Writes a file so that a reader, or a crash at any moment, sees the old one or the new one whole:
 * a temporary name beside it, synced, renamed, and the folder synced.
 *
 * @param path Where the file goes; its folder is made if it is not there.
 * @param data The whole content, pieces of it in order, or what writes it into an open file.
 * @throws {Deno.errors.NotFound | Error} What the file system says; the old file is then untouched.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array | Iterable<Uint8Array> | ((file: Deno.FsFile) => Promise<void>),
): Promise<void> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    if (typeof data === "function") await data(file);
    else for (const piece of piecesOf(data)) await writeAll(file, piece);
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

function piecesOf(data: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof data === "string") return [new TextEncoder().encode(data)];
  return data instanceof Uint8Array ? [data] : data;
}

/**
 * Writes all of `data` at the file's position, however many calls that takes.
 *
 * @param file An open file.
 * @param data The bytes.
 */
export async function writeAll(file: Deno.FsFile, data: Uint8Array): Promise<void> {
  for (let written = 0; written < data.length;) {
    written += await file.write(data.subarray(written));
  }
}

/**
 * Makes a rename inside a folder durable.
 *
 * @param folder The folder whose entries changed.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return; // a folder cannot be opened there
  using handle = await Deno.open(folder, { read: true });
  await handle.sync();
}

/**
 * The SHA-256 of bytes.
 *
 * @param pieces One array of bytes, or several in order.
 * @returns 64 hexadecimal digits.
 */
export function sha256(...pieces: (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/**
 * The SHA-256 of a file, read in pieces.
 *
 * @param path The file.
 * @returns 64 hexadecimal digits.
 */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const piece = new Uint8Array(1 << 20);
  for (let read = await file.read(piece); read !== null; read = await file.read(piece)) {
    hash.update(piece.subarray(0, read));
  }
  return hash.digest("hex");
}
