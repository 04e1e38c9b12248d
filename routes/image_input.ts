import { z } from "@hono/zod-openapi";

/** A red pixel, for the API's page. */
export const EXAMPLE_IMAGE =
  "data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=";

const DATA_URI = /^data:[^,]{0,200},/i;

/**
 * An image in JSON: the file's bytes in base64, alone or as a `data:` URI. What the URI claims of
 * the format counts for nothing; the bytes tell it.
 */
export const imageInput = z.string().transform((text, context): Uint8Array => {
  const bytes = decode(text);
  if (typeof bytes !== "string") return bytes;
  context.addIssue({ code: "custom", message: bytes });
  return z.NEVER;
}).openapi({
  type: "string",
  description:
    "An image file in base64, or a data: URI of one: JPEG, PNG, WebP, GIF, TIFF or AVIF.",
  example: EXAMPLE_IMAGE,
});

/** An image in a form: a file. */
export const imageFile = z.instanceof(File, { error: () => "must be a file: it is text" })
  .transform((file) => file.bytes())
  .openapi({ type: "string", format: "binary", description: "An image file." });

/** The bytes that a text stands for, or what it must be. */
function decode(text: string): Uint8Array | string {
  if (/^https?:/i.test(text)) {
    return "must be the image itself in base64 or as a data: URI: addresses are not fetched";
  }
  const [header = ""] = DATA_URI.exec(text) ?? [];
  if (header !== "" && !/;base64,$/i.test(header)) return "must say base64 in its data: URI";
  try {
    return Uint8Array.fromBase64(text.slice(header.length));
  } catch {
    return "must be base64 or a data: URI of it: some of its characters cannot be";
  }
}
