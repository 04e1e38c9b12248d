import type { z } from "zod";
import { messageOf } from "../errors.ts";
import { sha256 } from "../files.ts";

/**
 * Writes a manifest as the text of its file, with the SHA-256 of all that it says.
 *
 * @param manifest What to write; as in any JSON, a number that is not finite becomes null.
 * @param schema What it must be.
 * @returns JSON, indented for people.
 * @throws {Error} If it breaks its schema; the sentence's end says where: «its dimension …».
 */
export function encodeManifest<Manifest>(manifest: unknown, schema: z.ZodType<Manifest>): string {
  const content = checkManifest(manifest, schema);
  return JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2) + "\n";
}

/**
 * Reads the text of a manifest's file.
 *
 * @param text The file's content.
 * @param schema What it must be, beside its checksum.
 * @returns The manifest.
 * @throws {Error} If it is not whole and as it was written; the sentence's end says why, without
 * saying which file: «it must be JSON: …».
 */
export function decodeManifest<Manifest>(text: string, schema: z.ZodType<Manifest>): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Error(`it must be JSON: ${messageOf(cause)}`, { cause });
  }
  const manifest = checkManifest(content, schema);
  // Over what was read, so that fields of a later version count too.
  const { checksum, ...rest } = content as Record<string, unknown>;
  if (checksum === checksumOf(rest)) return manifest;
  throw new Error("it must be as it was written: its checksum is another");
}

/** The manifest in its schema's order, without what the schema does not name. */
function checkManifest<Manifest>(content: unknown, schema: z.ZodType<Manifest>): Manifest {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new Error(`its ${path.join(".") || "content"} is not as it must be: ${message}`);
}

function checksumOf(content: unknown): string {
  return sha256(JSON.stringify(content));
}
