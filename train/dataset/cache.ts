import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { z } from "zod";
import { LookalikeError } from "../../src/errors.ts";
import { sha256, syncFolder, writeFileAtomic } from "../../src/files.ts";
import { DECODER } from "../../src/image/mod.ts";
import { mapInOrder } from "./map_in_order.ts";
import { type PixelFile, readRows, writeRows } from "./pixel_file.ts";
import { readJson } from "./read_json.ts";
import type { ImageSource, PixelForm, SourceImage } from "./source.ts";
import { rememberedContent } from "./source_memory.ts";

/** How a source is decoded and kept. */
export interface CacheOptions {
  form: PixelForm;
  cacheFolder: string;
  /** Images under way at a time. */
  concurrency: number;
  onProgress?: (done: number, total: number | null) => void;
}

/** All images of a source in one form. */
export interface CachedImages extends CacheIndex {
  /** Row i is the image `names[i]`. */
  pixels: PixelFile;
  /** How many images were decoded just now. */
  decoded: number;
}

type CacheIndex = z.infer<typeof cacheIndex>;

/** What lies beside the pixels. */
const cacheIndex = z.object({
  side: z.number().int().positive(),
  /** The name of each row; null where a later row bears it. */
  names: z.array(z.string().nullable()),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
});

/** What became of one image. */
type Outcome = { name: string; row: Uint8Array } | { name: string; reason: string };

/** Changes when the same images would give other pixels or another index. */
const CACHE_VERSION = 1;

/** A folder under construction that nobody has written to for so long is left by a dead process. */
const ABANDONED_MS = 24 * 3600 * 1000;

/**
 * All images of a source as pixels: from the cache, or decoded now and kept there.
 *
 * The cache has a folder for each content and form, named by their hashes, with `pixels.u8` (the rows)
 * and `index.json`. A folder is built beside its place and renamed, so that it is whole or not there,
 * however many processes build it; a damaged one is built anew. What a source held before it
 * changed is removed.
 *
 * @param source Where the images come from.
 * @param options The form and the cache.
 * @returns The images; the caller disposes `pixels`.
 * @throws {LookalikeError} If the source as a whole cannot be read to its end.
 */
export async function cachedImages(
  source: ImageSource,
  options: CacheOptions,
): Promise<CachedImages> {
  const { form, cacheFolder } = options;
  const { content, superseded } = await rememberedContent(source, cacheFolder);
  if (superseded !== null) await removeContent(superseded, cacheFolder);
  const how = sha256(JSON.stringify([CACHE_VERSION, DECODER, form.side, form.limits]));
  const folder = join(cacheFolder, `${shortHash(content)}-${form.side}-${how.slice(0, 8)}`);
  return await openCache(folder, form.side) ?? await buildCache(source, folder, options);
}

/** The images of a whole cache folder, or null where it is missing or damaged. */
async function openCache(folder: string, side: number): Promise<CachedImages | null> {
  const index = await readJson(join(folder, "index.json"), cacheIndex);
  if (index === null || index.side !== side) return null;
  const rowBytes = side * side * 3;
  const file = await Deno.open(join(folder, "pixels.u8")).catch(() => null);
  if (file === null) return null;
  const pixels = readRows(file, rowBytes);
  if ((await file.stat()).size === index.names.length * rowBytes) {
    return { ...index, pixels, decoded: 0 };
  }
  pixels[Symbol.dispose]();
  return null;
}

async function buildCache(
  source: ImageSource,
  folder: string,
  { form, cacheFolder, concurrency, onProgress }: CacheOptions,
): Promise<CachedImages> {
  await Deno.mkdir(cacheFolder, { recursive: true });
  await removeAbandoned(cacheFolder);
  const building = join(cacheFolder, `.building-${randomUUID()}`);
  await Deno.mkdir(building);
  const openNew = { read: true, write: true, createNew: true };
  const file = await Deno.open(join(building, "pixels.u8"), openNew);
  const pixels = readRows(file, form.side * form.side * 3);
  try {
    const outcomes: { name: string; reason: string | null }[] = [];
    const rows = async function* () {
      for await (const outcome of mapInOrder(source.images(form), concurrency, decode)) {
        const decoded = "row" in outcome;
        outcomes.push({ name: outcome.name, reason: decoded ? null : outcome.reason });
        if (decoded) yield outcome.row;
        onProgress?.(outcomes.length, source.total);
      }
    };
    await writeRows(file, rows());
    await file.sync();
    const index = indexOf(outcomes, form.side);
    if (index.names.length > 0) {
      await writeFileAtomic(join(building, "index.json"), JSON.stringify(index));
      await publish(building, folder, form.side);
    }
    // The open file is ours, whatever becomes of its name.
    return { ...index, pixels, decoded: index.names.length };
  } catch (error) {
    pixels[Symbol.dispose]();
    throw error;
  } finally {
    await Deno.remove(building, { recursive: true }).catch(() => {}); // not there if published
  }
}

async function decode({ name, pixels }: SourceImage): Promise<Outcome> {
  try {
    return { name, row: await pixels() };
  } catch (error) {
    // Anything else is not this image's fault, and would fail the others or cache a lie.
    if (!(error instanceof LookalikeError)) throw error;
    return { name, reason: error.message };
  }
}

function indexOf(outcomes: { name: string; reason: string | null }[], side: number): CacheIndex {
  const last = new Map(outcomes.map(({ name }, at) => [name, at]));
  const inPlace = outcomes.map((outcome, at) => ({
    ...outcome,
    valid: last.get(outcome.name) === at,
  }));
  return {
    side,
    names: inPlace.filter(({ reason }) => reason === null)
      .map(({ name, valid }) => valid ? name : null),
    skipped: inPlace.flatMap(({ name, reason, valid }) =>
      valid && reason ? [{ name, reason }] : []
    ),
  };
}

/** Gives the folder that was built its name, unless another process was quicker. */
async function publish(building: string, folder: string, side: number): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      await Deno.rename(building, folder);
      return await syncFolder(dirname(folder));
    } catch (error) {
      const theirs = await openCache(folder, side);
      theirs?.pixels[Symbol.dispose]();
      if (theirs) return;
      if (attempt === 3) throw error;
      await Deno.remove(folder, { recursive: true }).catch(() => {}); // a damaged one was in the way
    }
  }
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
  for await (const { name } of Deno.readDir(cacheFolder)) {
    if (!name.startsWith(".building-")) continue;
    const folder = join(cacheFolder, name);
    const written = await Deno.stat(join(folder, "pixels.u8")).catch(() => null);
    if (Date.now() - (written?.mtime?.getTime() ?? Date.now()) > ABANDONED_MS) {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    }
  }
}

async function removeContent(content: string, cacheFolder: string): Promise<void> {
  for await (const { name } of Deno.readDir(cacheFolder)) {
    if (name.startsWith(`${shortHash(content)}-`)) {
      await Deno.remove(join(cacheFolder, name), { recursive: true }).catch(() => {});
    }
  }
}

function shortHash(content: string): string {
  return content.slice(0, 32);
}
