import type { Context } from "hono";

/** Extensions by media type, the usual one first. */
const EXTENSIONS: Record<string, string[]> = {
  "image/jpeg": ["jpg", "jpeg"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "image/gif": ["gif"],
  "image/tiff": ["tif", "tiff"],
  "image/avif": ["avif"],
};

/** The media types of images that are kept. */
export const IMAGE_TYPES = Object.keys(EXTENSIONS);

/** What a browser is told of a file that strangers sent: to show it and to do nothing that it says. */
const HARMLESS = {
  "Content-Security-Policy": "sandbox; default-src 'none'",
  "X-Content-Type-Options": "nosniff",
};

/** How a file is answered. */
export interface FileAnswer {
  bytes: Uint8Array;
  /** Its media type. */
  type: string;
  /** SHA-256 of the bytes, hexadecimal. */
  sha256: string;
  /** What it is called; only what follows the last `/` is told. */
  name: string;
}

/**
 * Answers with a file, or with 304 if the client has it.
 *
 * @param c The request's context.
 * @param file The file.
 * @returns The answer, to be asked for again whenever it is shown.
 */
export function answerFile(c: Context, { bytes, type, sha256, name }: FileAnswer): Response {
  if (clientHas(c, sha256)) return answerUnchanged(c, sha256);
  return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    ...validators(sha256),
    ...HARMLESS,
    "Content-Type": type,
    "Content-Disposition": contentDisposition(name, type),
  });
}

/**
 * Answers that the client has the file.
 *
 * @param c The request's context.
 * @param sha256 Of the file, hexadecimal.
 * @returns 304.
 */
export function answerUnchanged(c: Context, sha256: string): Response {
  return c.body(null, 304, validators(sha256));
}

/**
 * Whether a request's If-None-Match names a file (RFC 9110 §13.1.2).
 *
 * @param c The request's context.
 * @param sha256 Of the file, hexadecimal.
 * @returns Whether it does.
 */
export function clientHas(c: Context, sha256: string): boolean {
  const tags = (c.req.header("If-None-Match") ?? "").split(",").map((tag) => tag.trim());
  return tags.some((tag) => tag === "*" || tag.replace(/^W\//, "") === `"${sha256}"`);
}

/** Kept by the client alone, and asked about each time: another image may take the item's place. */
function validators(sha256: string) {
  return { "ETag": `"${sha256}"`, "Cache-Control": "private, no-cache" };
}

/**
 * `Content-Disposition` (RFC 6266): shown, and saved under the item's name with the extension of what
 * it is, whatever the name says.
 *
 * @param name An item's id.
 * @param type The file's media type.
 * @returns The header's value, ASCII.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contentDisposition } from "./file_answer.ts";
 * assertEquals(
 *   contentDisposition("train/Grün.html", "image/jpeg"),
 *   `inline; filename="Gr_n.html.jpg"; filename*=UTF-8''Gr%C3%BCn.html.jpg`,
 * );
 * ```
 */
export function contentDisposition(name: string, type: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1) || "image";
  const extensions = EXTENSIONS[type] ?? ["bin"];
  const fits = extensions.some((extension) => base.toLowerCase().endsWith(`.${extension}`));
  const file = fits ? base : `${base}.${extensions[0]}`;
  const encoded = encodeURIComponent(file).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${file.replaceAll(/[^\w.-]/gu, "_")}"; filename*=UTF-8''${encoded}`;
}
