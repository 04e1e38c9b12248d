import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";

/**
 * Takes a few photographs of each class and split out of an archive, for tests that cannot wait for all
 * of them to be decoded.
 *
 * @param archive As `realImages` finds it: `train/<class>/NNNN.jpg`, gzipped.
 * @param options Where they go, and how many of each class and split: the first by number.
 */
export async function extractPhotographs(
  archive: string,
  options: { folder: string; perClass: number },
): Promise<void> {
  const { folder, perClass } = options;
  const entries = createReadStream(archive).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    const match = /(?:train|test)\/[^/]+\/(\d+)\.jpg$/.exec(entry.header.name);
    if (!match || Number(match[1]) >= perClass) {
      entry.resume();
      continue;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    const path = join(folder, match[0]);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()));
  }
}
