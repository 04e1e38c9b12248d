import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Extract, extract, type Header } from "tar-stream";
import { LookalikeError, messageOf } from "../../src/errors.ts";
import { sha256File } from "../../src/files.ts";
import { decodeImage, MAGIC_BYTES, tooManyBytes } from "../../src/image/mod.ts";
import { cleanPath, isHidden, meantAsImage } from "./file_names.ts";
import type { ImageSource, PixelForm, SourceImage } from "./source.ts";
import { stampOf } from "./stamp.ts";

/** A member of an archive that is not hidden and no folder. */
interface Member {
  name: string;
  /** The bytes that were asked for: all of them, or the first ones of a member that is longer. */
  bytes: Uint8Array;
  /** Its whole length in bytes, as the archive states it. */
  size: number;
  /** True if it is no file but points to another member or anywhere else. */
  isLink: boolean;
}

/** How many bytes are read and inflated at a time. */
const PIECE = 1 << 18;

/**
 * The images in a tar archive, compressed by gzip or not. It is read as a stream: only the images
 * under way are in memory, and nothing is ever written under a name that it gives.
 *
 * @param path The archive.
 * @returns The source; nothing of it has been read yet.
 */
export function archiveSource(path: string): ImageSource {
  return {
    name: path,
    total: null,
    stamp: async () => stampOf([{ name: "", info: await Deno.stat(path) }], Date.now()),
    content: () => sha256File(path),
    names: async () => {
      const names: string[] = [];
      for await (const { name, bytes } of members(path, 0)) {
        if (meantAsImage(name, bytes)) names.push(name);
      }
      return names;
    },
    images: (form) => images(path, form),
  };
}

async function* images(path: string, { side, limits }: PixelForm): AsyncGenerator<SourceImage> {
  for await (const { name, bytes, size, isLink } of members(path, limits.maxBytes)) {
    if (!meantAsImage(name, bytes)) continue;
    // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
    const pixels = async () => {
      if (isLink) {
        throw new LookalikeError(
          "unsupported_image",
          "Cannot read the image as it is only a link to another file.",
        );
      }
      if (size > limits.maxBytes) throw tooManyBytes(size, limits);
      return decodeImage(bytes, { side, limits });
    };
    yield { name, pixels };
  }
}

/** The archive's members in its order, each with its bytes if they are at most `maxBytes`. */
async function* members(path: string, maxBytes: number): AsyncGenerator<Member> {
  let count = 0;
  try {
    for await (const entry of entries(path, await isGzip(path))) {
      count++;
      const { type, size } = entry.header;
      const name = cleanPath(entry.header.name);
      const isFile = type === "file" || type === "contiguous-file";
      const isLink = type === "link" || type === "symlink";
      const passedOver = !(isFile || isLink) || name.split("/").some(isHidden);
      const bytes = await read(entry, name, passedOver ? -1 : maxBytes);
      if (!passedOver) yield { name, bytes, size, isLink };
    }
  } catch (error) {
    throw archiveError(path, count, error);
  }
}

function entries(path: string, gzipped: boolean): Extract {
  const tar = extract();
  const file = createReadStream(path, { highWaterMark: PIECE });
  const ended = () => {}; // a failure of any part reaches whoever iterates `tar`
  if (gzipped) pipeline(file, createGunzip({ chunkSize: PIECE }), tar, ended);
  else pipeline(file, tar, ended);
  return tar;
}

/**
 * Reads a member to its end, as the next one can only then be reached, and keeps its bytes if it is
 * an image of at most `maxBytes`, else its first ones if `maxBytes` is not below 0.
 */
async function read(
  entry: AsyncIterable<unknown> & { header: Header },
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  let kept = new Uint8Array();
  const pieces: Uint8Array[] = [];
  for await (const piece of entry as AsyncIterable<Uint8Array>) {
    if (maxBytes < 0) continue;
    if (kept.length < MAGIC_BYTES) kept = concatenate([kept, piece]);
    else if (entry.header.size <= maxBytes && meantAsImage(name, kept)) pieces.push(piece);
  }
  return concatenate([kept, ...pieces]);
}

function concatenate(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function isGzip(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const head = new Uint8Array(2);
  await file.read(head);
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** The sentence for what zlib or tar-stream threw; other errors, such as the disk's, stay themselves. */
function archiveError(path: string, membersRead: number, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const message = messageOf(error);
  const broken = typeof code === "string"
    ? code.startsWith("Z_")
    : /tar|end of data/i.test(message);
  if (error instanceof LookalikeError || !broken) return error;
  if (membersRead === 0) {
    return new LookalikeError(
      "invalid_input",
      `Cannot read ${path} as it must be a folder of images or a tar archive of one ` +
        `(.tar, .tar.gz, .tgz): it is neither.`,
      { cause: error },
    );
  }
  return new LookalikeError(
    "damaged",
    `Cannot read the archive ${path} to its end as it is damaged or cut short after ` +
      `${membersRead} members: ${message.replace(/[.?]$/, "")}.`,
    { cause: error },
  );
}
