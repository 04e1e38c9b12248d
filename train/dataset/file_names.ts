import { imageFormat } from "../../src/image/mod.ts";

/**
 * Names under which people keep images, whether the format is taken or not: such a file is named
 * among the skipped ones if it cannot be used.
 */
const IMAGE_NAME =
  /\.(jpe?g|jpe|jfif|png|apng|webp|gif|tiff?|avif|heic|heif|bmp|svg|psd|jxl|jp2|ico|dng|cr[23]|nef|arw)$/i;

/**
 * Whether a file is meant to be an image: its name says so, or its first bytes do. Whatever else lies
 * in a folder of images (a README, label files, `Thumbs.db`) is passed over in silence.
 *
 * @param name The file's name or path.
 * @param head The file's first bytes, `MAGIC_BYTES` or more where it has them.
 * @returns True if it is to be decoded, or else named as skipped.
 */
export function meantAsImage(name: string, head: Uint8Array): boolean {
  return namedAsImage(name) || imageFormat(head) !== null;
}

/**
 * Whether a name alone says that a file is meant to be an image.
 *
 * @param name The file's name or path.
 * @returns True if its ending is an image's.
 */
export function namedAsImage(name: string): boolean {
  return IMAGE_NAME.test(name);
}

/**
 * Whether a file or folder is hidden, and so passed over: a leading dot, the folder in which
 * macOS archives keep resource forks, the one in which a disk check keeps what it found.
 *
 * @param part One part of a path.
 * @returns True if it is hidden.
 */
export function isHidden(part: string): boolean {
  return part.startsWith(".") || part === "__MACOSX" || part === "lost+found";
}

/**
 * An archive member's path as a path inside the source: no leading `/` or `./`, no `..`. Nothing is
 * ever written under such a name; this makes names comparable.
 *
 * @param path As the archive has it.
 * @returns The parts that remain, joined by `/`.
 */
export function cleanPath(path: string): string {
  return path.split("/").filter((part) => part !== "" && part !== "." && part !== "..").join("/");
}

/**
 * Compares by UTF-16 code unit: the same order on every machine, whatever its language.
 *
 * @param a A name.
 * @param b Another.
 * @returns Below, at or above 0.
 */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
