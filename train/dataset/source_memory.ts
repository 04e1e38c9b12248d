import { join } from "node:path";
import { z } from "zod";
import { sha256, writeFileAtomic } from "../../src/files.ts";
import { readJson } from "./read_json.ts";
import type { ImageSource } from "./source.ts";

/** What a source held when it was last seen. */
const sourceRecord = z.object({ source: z.string(), stamp: z.string(), content: z.string() });

/**
 * The hash of a source's content, taken anew only if its stamp differs from the one remembered.
 *
 * @param source The source.
 * @param cacheFolder Where `sources/` remembers.
 * @returns The hash, and the one before where the content has changed and no other source has it.
 */
export async function rememberedContent(
  source: ImageSource,
  cacheFolder: string,
): Promise<{ content: string; superseded: string | null }> {
  const stamp = await source.stamp();
  if (stamp === null) return { content: await source.content(), superseded: null };
  const folder = join(cacheFolder, "sources");
  const path = join(folder, `${sha256(source.name).slice(0, 32)}.json`);
  const known = await readJson(path, sourceRecord);
  const same = known?.source === source.name ? known : null;
  if (same?.stamp === stamp) return { content: same.content, superseded: null };

  const content = await source.content();
  const record: z.infer<typeof sourceRecord> = { source: source.name, stamp, content };
  await writeFileAtomic(path, JSON.stringify(record));
  const changed = same !== null && same.content !== content;
  const superseded = changed && !await anyRecordHas(same.content, folder) ? same.content : null;
  return { content, superseded };
}

async function anyRecordHas(content: string, folder: string): Promise<boolean> {
  for await (const { name } of Deno.readDir(folder)) {
    if ((await readJson(join(folder, name), sourceRecord))?.content === content) return true;
  }
  return false;
}
