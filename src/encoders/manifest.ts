import { z } from "zod";
import { messageOf } from "../errors.ts";
import { sha256 } from "../files.ts";
import { encoderArchitectureSchema } from "../model/architecture.ts";
import { projectionHeadShapeSchema } from "../model/projection_head_shape.ts";

const jsonObject = z.record(z.string(), z.unknown());

/** What an encoder's `manifest.json` says of it. */
export const manifestSchema = z.object({
  /** Raised when an older program could misread a newer manifest. */
  formatVersion: z.literal(1),
  /** The encoder's name, as its folder has it. */
  name: z.string(),
  /** "1", "2" and so on, as its folder has it. */
  version: z.string(),
  /** When it was saved. */
  createdAt: z.iso.datetime(),
  /** What to build before the weights are loaded. */
  architecture: encoderArchitectureSchema,
  /** The projection head whose tensors, `head.*`, lie beside the encoder's, if it was kept. */
  head: projectionHeadShapeSchema.optional(),
  /** The side of the square images that it takes, in pixels. */
  inputSize: z.int().positive(),
  /** How an image becomes its input. */
  preprocessing: z.object({
    resize: z.literal("cover"),
    colour: z.literal("rgb"),
    scale: z.literal("0..1"),
  }),
  /** F, the length of h. */
  dimension: z.int().positive(),
  /** The training's resolved configuration. */
  configuration: jsonObject,
  /** What training and evaluation measured. */
  metrics: jsonObject,
  /** The file of weights beside the manifest. */
  weights: z.object({
    file: z.literal("weights.safetensors"),
    bytes: z.int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** What it was trained from. */
  lineage: jsonObject.optional(),
  /** The version of Lookalike that saved it. */
  lookalikeVersion: z.string(),
});

/** What is known of an encoder's version; {@link manifestSchema} describes each field. */
export type Manifest = z.infer<typeof manifestSchema>;

/** What the saver of an encoder says of it; the store adds the rest. */
export type ManifestInput = Omit<
  Manifest,
  "formatVersion" | "name" | "version" | "createdAt" | "weights"
>;

/**
 * Writes a manifest as the text of its file, with the SHA-256 of all that it says.
 *
 * @param manifest What to write; as in any JSON, a number that is not finite becomes null.
 * @returns JSON, indented for people.
 * @throws {Error} If it breaks its schema; the sentence's end says where: «its dimension …».
 */
export function encodeManifest(manifest: Manifest): string {
  const content = checkManifest(manifest);
  return JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2) + "\n";
}

/**
 * Reads the text of a manifest's file.
 *
 * @param text The file's content.
 * @returns The manifest.
 * @throws {Error} If it is not whole and as it was written; the sentence's end says why, without
 * saying which file: «it must be JSON: …».
 */
export function decodeManifest(text: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Error(`it must be JSON: ${messageOf(cause)}`, { cause });
  }
  const manifest = checkManifest(content);
  // Over what was read, so that fields of a later version count too.
  const { checksum, ...rest } = content as Record<string, unknown>;
  if (checksum === checksumOf(rest)) return manifest;
  throw new Error("it must be as it was written: its checksum is another");
}

/** The manifest in its schema's order, without what the schema does not name. */
function checkManifest(content: unknown): Manifest {
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new Error(`its ${path.join(".") || "content"} is not as it must be: ${message}`);
}

function checksumOf(content: object): string {
  return sha256(JSON.stringify(content));
}
