import { LookalikeError } from "../../src/errors.ts";
import { archiveSource } from "../dataset/archive_source.ts";
import { folderSource } from "../dataset/folder_source.ts";
import type { ImageSource } from "../dataset/source.ts";

/**
 * Opens images that are to be read once, past the cache in which training keeps what it reads again.
 *
 * @param path A folder, or a tar archive of one.
 * @returns The images; none of them has been read yet.
 * @throws {LookalikeError} `invalid_input` if nothing is there.
 */
export async function openImages(path: string): Promise<ImageSource> {
  try {
    return (await Deno.stat(path)).isDirectory ? await folderSource(path) : archiveSource(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new LookalikeError(
      "invalid_input",
      `Cannot open ${path} as it must be a folder of images or a tar archive of one: ` +
        `it is not there.`,
      { param: "--data", cause },
    );
  }
}
