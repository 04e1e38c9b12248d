import { z } from "zod";
import { sha256 } from "../../src/files.ts";
import { pretrainConfigSchema } from "../config.ts";

/** One network to train, with one seed. Cells that would compute the same are one. */
export const cellSchema = z.strictObject({
  /** The start of a SHA-256 of all that decides its figures; names its files. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** Which studies want it, and what they call it; none for one that others only begin with. */
  uses: z.array(z.strictObject({ study: z.string(), label: z.string() })),
  /** How the network is pretrained; of a fine-tuned one, what it is made of. */
  config: pretrainConfigSchema,
  /** What is measured beside a linear probe and kNN on h. */
  measures: z.array(z.enum(["validation", "projection", "transformations"])),
  /** Whether its encoder is kept, as another cell begins with it. */
  kept: z.boolean(),
  /** How it is fine-tuned; null for a cell that is pretrained and probed. */
  fineTuning: z.strictObject({
    /** The cell whose encoder it begins with; null for random weights. */
    from: z.string().nullable(),
    /** Labels of each class. */
    perClass: z.int().min(1),
    epochs: z.int().min(1),
  }).nullable(),
  /** How long it was thought to take (seconds). */
  seconds: z.number(),
});

/** One network to train; {@link cellSchema} describes each field. */
export type Cell = z.infer<typeof cellSchema>;

/** What decides a cell's figures. */
export type CellIdentity = Pick<Cell, "config" | "fineTuning">;

/**
 * A cell's name: the same for the same configuration, seed and fine-tuning.
 *
 * @param identity What decides its figures.
 * @returns 16 hexadecimal digits.
 */
export function cellId({ config, fineTuning }: CellIdentity): string {
  const fields = Object.entries(config).sort(([a], [b]) => a < b ? -1 : 1);
  return sha256(JSON.stringify([fields, fineTuning])).slice(0, 16);
}

/** What a cell gave. */
export const cellResultSchema = z.strictObject({
  id: z.string(),
  /** Shares of right answers by figure, 0 to 1. */
  figures: z.record(z.string(), z.number()),
  timing: z.strictObject({
    /** From the start of its process to the end of the first step (seconds). */
    start: z.number(),
    /** One image of one epoch in both its views (seconds); of a fine-tuned cell, one image. */
    visit: z.number(),
    /** All that was measured (seconds). */
    measuring: z.number(),
    /** From the start of its process to its end, since it last began (seconds). */
    total: z.number(),
  }),
});

/** What a cell gave; {@link cellResultSchema} describes each field. */
export type CellResult = z.infer<typeof cellResultSchema>;
