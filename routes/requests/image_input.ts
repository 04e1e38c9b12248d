import { z } from "@hono/zod-openapi";

/** A red pixel, for the API's page. */
export const EXAMPLE_IMAGE =
  "data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=";

/** An image as a request gives it: the file's bytes, or the https address where it lies. */
export type GivenImage = Uint8Array | URL;

const DATA_URI = /^data:[^,]{0,200},/i;
const ADDRESS = /^[a-z][a-z0-9+.-]{1,20}:\/\//i;
/** What browsers and proxies take as well. */
const LONGEST_ADDRESS = 2048;

/**
 * An image in JSON: the file's bytes in base64, alone or as a `data:` URI, or an https address. What
 * a URI claims of the format counts for nothing; the bytes tell it. `readImages` makes bytes of all.
 */
export const imageInput = z.string().transform((text, context): GivenImage => {
  const image = ADDRESS.test(text) ? address(text) : decode(text);
  if (typeof image !== "string") return image;
  context.addIssue({ code: "custom", message: image });
  return z.NEVER;
}).openapi({
  type: "string",
  description:
    "An image file in base64, a data: URI of one, or, where the service allows it, an https " +
    "address: JPEG, PNG, WebP, GIF, TIFF or AVIF.",
  example: EXAMPLE_IMAGE,
});

/** An image in a form: a file. */
export const imageFile = z.instanceof(File, { error: () => "must be a file: it is text" })
  .transform((file): Promise<GivenImage> => file.bytes())
  .openapi({ type: "string", format: "binary", description: "An image file." });

/** The address that a text stands for, or what it must be. */
function address(text: string): URL | string {
  if (text.length > LONGEST_ADDRESS) {
    return `must be an address of at most ${LONGEST_ADDRESS} characters: it has ${text.length}`;
  }
  return URL.parse(text) ?? "must be an address that can be read: it cannot";
}

/** The bytes that a text stands for, or what it must be. */
function decode(text: string): Uint8Array | string {
  const [header = ""] = DATA_URI.exec(text) ?? [];
  if (header !== "" && !/;base64,$/i.test(header)) return "must say base64 in its data: URI";
  try {
    return Uint8Array.fromBase64(text.slice(header.length));
  } catch {
    return "must be base64 or a data: URI of it: some of its characters cannot be";
  }
}
