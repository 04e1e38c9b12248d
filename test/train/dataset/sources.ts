/** Folders and archives of images made for the tests of datasets. */
import { dirname, join } from "node:path";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { pack } from "tar-stream";

/** The side of the images that {@link dot} makes. */
export const SIDE = 4;

/**
 * A PNG in one colour.
 *
 * @param value Its red; green and blue are 0.
 * @returns The file.
 */
export async function dot(value: number): Promise<Uint8Array> {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels[at] = value;
  return await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } }).png().toBuffer();
}

/**
 * Dots of different colours under names.
 *
 * @param names The names; the red of each is its number here, from 1.
 * @returns The files by name.
 */
export async function dots(names: string[]): Promise<Record<string, Uint8Array>> {
  const files = names.map(async (name, at) => [name, await dot(at + 1)] as const);
  return Object.fromEntries(await Promise.all(files));
}

/**
 * Writes files into a folder, with times old enough for the cache to trust them.
 *
 * @param folder The folder.
 * @param files Their bytes by name, `/` between the parts.
 */
export async function writeFolder(
  folder: string,
  files: Record<string, Uint8Array>,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, bytes);
  }
}

/**
 * A tar archive.
 *
 * @param files The members' bytes by name, or the target of a link, in order; a name may come twice.
 * @param options Whether it is compressed.
 * @returns The archive.
 */
export async function tar(
  files: [name: string, content: Uint8Array | { link: string }][],
  { gzip = false } = {},
): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, content] of files) {
    if (content instanceof Uint8Array) archive.entry({ name }, Buffer.from(content));
    else archive.entry({ name, type: "symlink", linkname: content.link });
  }
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece as Uint8Array);
  const whole = new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  return gzip ? new Uint8Array(gzipSync(whole)) : whole;
}

/**
 * Runs a test in a folder of its own, which is removed afterwards.
 *
 * @param test Given the folder for sources and the one for the cache.
 */
export async function inTemporaryFolder(
  test: (folders: { folder: string; cacheFolder: string }) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await test({ folder: join(root, "source"), cacheFolder: join(root, "cache") });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
