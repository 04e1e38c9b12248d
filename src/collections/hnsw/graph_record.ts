import { z } from "zod";
import { sha256 } from "../../files.ts";

/** Raised when files of an earlier Lookalike would be misread. */
const FORMAT = 1;

const recordSchema = z.strictObject({
  format: z.literal(FORMAT),
  library: z.string(),
  dimension: z.int().positive(),
  metric: z.enum(["cosine", "dot", "euclidean"]),
  /** Vectors in the graph. */
  count: z.int().nonnegative(),
  /** Vectors that were removed or replaced since the graph was built. */
  changed: z.int().nonnegative(),
  stamp: z.string(),
  file: z.string().regex(/^[0-9a-f-]{36}\.usearch$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What is kept of a graph beside it, and without which its file is not read. */
export type GraphRecord = Omit<z.output<typeof recordSchema>, "format">;

/**
 * Writes a record as JSON, with a checksum of its own.
 *
 * @param record The record.
 * @returns The text.
 */
export function encodeRecord(record: GraphRecord): string {
  const content = { format: FORMAT, ...record };
  return JSON.stringify({ ...content, checksum: sha256(JSON.stringify(content)) });
}

/**
 * Reads what {@link encodeRecord} wrote.
 *
 * @param text The text.
 * @returns The record.
 * @throws {Error} If the text is not as it was written.
 */
export function decodeRecord(text: string): GraphRecord {
  const { checksum, ...content } = JSON.parse(text);
  if (checksum !== sha256(JSON.stringify(content))) throw new Error("its checksum is not right");
  const { format: _, ...record } = recordSchema.parse(content);
  return record;
}
