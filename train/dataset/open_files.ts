import { LookalikeError } from "../../src/errors.ts";
import { archiveSource } from "./archive_source.ts";
import { folderSource } from "./folder_source.ts";
import type { ImageSource } from "./source.ts";

/**
 * Opens the image files of a folder or an archive; none of them has been read yet.
 *
 * @param path A folder, or a tar archive of one.
 * @param options What may be given, as the end of a sentence, and the option that names it.
 * @returns The files.
 * @throws {LookalikeError} `invalid_input` if nothing is there.
 */
export async function openFiles(
  path: string,
  options: { wanted: string; param?: string },
): Promise<ImageSource> {
  const { wanted, param } = options;
  try {
    const real = await Deno.realPath(path);
    return (await Deno.stat(real)).isDirectory ? await folderSource(real) : archiveSource(real);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new LookalikeError(
      "invalid_input",
      `Cannot open ${path} as it must be ${wanted}: it is not there.`,
      { ...(param === undefined ? {} : { param }), cause },
    );
  }
}
