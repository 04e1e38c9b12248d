import type { EncoderRunner } from "../../src/embed/runner.ts";
import { LookalikeError } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { IMAGE_FORMATS } from "../../src/image/mod.ts";
import { describeSkipped, type SkippedFile } from "../dataset/mod.ts";
import { openFiles } from "../dataset/open_files.ts";
import { embedImages } from "./embed_images.ts";
import type { Embeddings, EmbeddingWriter } from "./embeddings.ts";
import { writeJsonLines } from "./write_json_lines.ts";
import { writeNpy } from "./write_npy.ts";
import { writeParquet } from "./write_parquet.ts";

/** What writes a file, by its ending. */
const WRITERS: Record<string, EmbeddingWriter> = {
  ".parquet": writeParquet,
  ".npy": writeNpy,
  ".jsonl": writeJsonLines,
};

/** Images to embed. */
export interface EmbedFolderOptions {
  /** A folder of images, or a tar archive of one. */
  source: string;
  /** The file to write: `.parquet`, `.npy` or `.jsonl`. */
  out: string;
  /** Whether each vector gets length 1. */
  normalized: boolean;
  /** Aborted by ctrl-C. */
  signal: AbortSignal;
  /** Told how many images of how many are done. */
  onProgress?: (done: number, total: number) => void;
}

/** What became of a folder. */
export interface EmbeddedFolder {
  /** How many images were embedded. */
  count: number;
  /** Image files that could not be used. */
  skipped: SkippedFile[];
  /** The files that were written. */
  files: string[];
}

/**
 * Embeds all images in a folder into one file, in the order of their paths. The file is there whole
 * or not at all. Beside a `.npy`, which has no place for them, `FILE.ids.jsonl` has the ids, a JSON
 * string a line.
 *
 * @param runner The encoder.
 * @param options The folder and the file.
 * @returns What was written, and what was skipped.
 * @throws {LookalikeError} `invalid_input` if the ending is another, or if there is no image that can
 * be used; and what {@linkcode embedImages} throws.
 */
export async function embedFolder(
  runner: EncoderRunner,
  options: EmbedFolderOptions,
): Promise<EmbeddedFolder> {
  const { source, out } = options;
  const write = writerOf(out);
  const images = await openFiles(source, {
    wanted: "a folder of images or a tar archive of one",
    param: "--data",
  });
  const skipped: SkippedFile[] = [];
  const ids: string[] = [];
  async function* counted(): AsyncGenerator<Embeddings> {
    const onSkipped = (file: SkippedFile) => void skipped.push(file);
    for await (const batch of embedImages(images, { ...options, runner, onSkipped })) {
      for (const id of batch.ids) ids.push(id);
      yield batch;
    }
    if (ids.length === 0) throw noImages(source, skipped);
  }
  const { dimension } = runner;
  const idsFile = out.endsWith(".npy") ? `${out}.ids.jsonl` : null;
  await writeFileAtomic(out, async (file) => {
    await write(file, counted(), { dimension });
    if (idsFile === null) return;
    // Before the vectors get their name, so that whoever finds them finds their ids.
    await writeFileAtomic(idsFile, ids.map((id) => JSON.stringify(id) + "\n").join(""));
  });
  return { count: ids.length, skipped, files: idsFile === null ? [out] : [out, idsFile] };
}

/**
 * Finds what writes a file.
 *
 * @param out The file's path.
 * @returns The writer for its ending.
 * @throws {LookalikeError} `invalid_input` if there is none.
 */
export function writerOf(out: string): EmbeddingWriter {
  const ending = Object.keys(WRITERS).find((ending) => out.endsWith(ending));
  if (ending !== undefined) return WRITERS[ending];
  throw new LookalikeError(
    "invalid_input",
    `Cannot write embeddings as --out must end with ${Object.keys(WRITERS).join(", ")}: it is ${
      JSON.stringify(out)
    }.`,
    { param: "--out" },
  );
}

function noImages(source: string, skipped: SkippedFile[]): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot embed ${source} as it must hold an image that can be read (${IMAGE_FORMATS}), in it or ` +
      `in its folders: there is none. ${describeSkipped(skipped) ?? "No file in it is an image."}`,
    { param: "--data" },
  );
}
