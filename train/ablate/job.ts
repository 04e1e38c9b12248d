import { z } from "zod";
import { cellResultSchema, cellSchema } from "./cell.ts";

/** What a cell's process is told, as one line of JSON on its standard input. */
export const jobSchema = z.strictObject({
  cell: cellSchema,
  /** Images with labels. */
  source: z.string(),
  cacheFolder: z.string(),
  testImagesPerClass: z.int().nullable(),
  device: z.enum(["cpu", "cuda"]),
  /** Of one operation; 0 for all cores. */
  threads: z.int().min(0),
  precision: z.enum(["float32", "bfloat16"]),
  /** Its checkpoints, while it is trained. */
  workFolder: z.string(),
  /** What it begins with, where it is fine-tuned. */
  encoderToRead: z.string().nullable(),
  /** Where its encoder goes, where it is kept. */
  encoderToWrite: z.string().nullable(),
});

/** What a cell's process is told; {@link jobSchema} describes each field. */
export type Job = z.infer<typeof jobSchema>;

/** What a cell's process says, as lines of JSON on its standard output. */
export const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("progress"),
    /** What of it is done, 0 to 1. */
    share: z.number(),
  }),
  z.strictObject({ type: z.literal("result"), result: cellResultSchema }),
  /** The reason as a sentence. */
  z.strictObject({ type: z.literal("failed"), reason: z.string() }),
]);

/** What a cell's process says; {@link messageSchema} describes each kind. */
export type Message = z.infer<typeof messageSchema>;
