import { z } from "zod";
import { cellSchema } from "./cell.ts";

/** What one visit of an image costs by the shape of the network, and all else that takes time. */
export const costsSchema = z.strictObject({
  /** From the start of a process to the end of its first step (seconds). */
  start: z.number(),
  /** One image in both views, by shape (seconds). */
  visit: z.record(z.string(), z.number()),
  /** One image's h and all classifiers on it (seconds). */
  measuring: z.number(),
});

/** What things cost; {@link costsSchema} describes each field. */
export type Costs = z.infer<typeof costsSchema>;

/** What a run of studies does: decided once, and kept however often it is stopped. */
export const planSchema = z.strictObject({
  formatVersion: z.literal(1),
  createdAt: z.string(),
  lookalikeVersion: z.string(),
  studies: z.array(z.string()),
  source: z.string(),
  quick: z.boolean(),
  budgetMinutes: z.number(),
  seeds: z.int().min(1),
  workers: z.int().min(1),
  threads: z.int().min(0),
  device: z.enum(["cpu", "cuda"]),
  precision: z.enum(["float32", "bfloat16"]),
  /** What computed, in words. */
  hardware: z.string(),
  tensorflow: z.string(),
  /** What cells are but for their study's differences, in words. */
  base: z.string(),
  classes: z.int(),
  /** Training images of each class, and test images. */
  imagesPerClass: z.int(),
  testImagesPerClass: z.int(),
  /** Epochs of a cell of length 1. */
  epochs: z.int(),
  costs: costsSchema,
  /** How long all cells were thought to take together, on all workers (seconds). */
  seconds: z.number(),
  /** What was left out to keep the budget, in sentences. */
  cut: z.array(z.string()),
  /** In the order in which they are trained. */
  cells: z.array(cellSchema),
});

/** What a run of studies does; {@link planSchema} describes each field. */
export type Plan = z.infer<typeof planSchema>;
