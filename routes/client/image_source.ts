import { toBase64 } from "./base64.ts";

/**
 * An image file as a program may hold it: its bytes, a Blob or File, or a text that the API takes
 * as it is (base64, a data: URI, an https address).
 */
export type ImageSource = Uint8Array | ArrayBuffer | Blob | URL | string;

/**
 * An image as the API takes it in JSON.
 *
 * @param source The image.
 * @returns Its base64, or the text or address that it is.
 */
export async function imageText(source: ImageSource): Promise<string> {
  if (typeof source === "string") return source;
  if (source instanceof URL) return source.href;
  if (source instanceof Uint8Array) return toBase64(source);
  const buffer = source instanceof Blob ? await source.arrayBuffer() : source;
  return toBase64(new Uint8Array(buffer));
}
