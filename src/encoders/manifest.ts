import { z } from "zod";
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
