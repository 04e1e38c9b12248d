import { LookalikeError } from "../../src/errors.ts";
import { createBatches } from "../batches.ts";
import type { Dataset } from "../dataset/mod.ts";
import { contrastive } from "./contrastive.ts";
import { distillation } from "./distillation.ts";
import type { ViewOptions } from "./one_view.ts";
import type { UnlabelledLoss } from "./unlabelled_loss.ts";

/** Images without labels that take part in a training with labels, and how. */
export interface UnlabelledImages {
  /**
   * `contrastive`: NT-Xent between two views of each stands beside the cross-entropy.
   * `distillation`: a network trained on the labels alone says what they are, and a student that
   * begins where it began learns from that.
   */
  way: "contrastive" | "distillation";
  /** The images; those with labels may be among them, and their labels are not looked at. */
  images: Dataset;
  /** By what their loss is multiplied; of its way's {@linkcode UNLABELLED_DEFAULTS} unless told. */
  weight?: number;
  /** τ; likewise. */
  temperature?: number;
  /** How many of them a step takes; likewise, and never more than there are. */
  batchSize?: number;
}

/**
 * What is taken unless told. Measured on CIFAR-10 at 4 and 16 labels of each class (ResNet-18 at width
 * 0.25, 10,000 images, 200 steps; on training images that were held out): NT-Xent of weight 5 loses 4
 * points, as it shakes a trained encoder as much as a rate five times as high; no weight, τ from 0.25
 * to 2, or length of the distillation tried made the student better than its teacher.
 */
export const UNLABELLED_DEFAULTS = {
  contrastive: { weight: 1, temperature: 0.2, batchSize: 64 },
  distillation: { weight: 1, temperature: 1, batchSize: 128 },
} as const;

/** Unlabelled images with every choice made. */
export type UnlabelledTerm = Required<UnlabelledImages> & {
  /** What the teacher says of each, float32 `[count, C]`; null where there is none. */
  probabilities: Float32Array | null;
};

/**
 * Makes every choice that was not told.
 *
 * @param unlabelled The images, and what was told.
 * @param probabilities What the teacher says of each, float32 `[count, C]`, where there is one.
 * @returns All of it.
 * @throws {LookalikeError} `invalid_input` if there are fewer than two images, or a number is out of
 * range.
 */
export function unlabelledTerm(
  unlabelled: UnlabelledImages,
  probabilities: Float32Array | null,
): UnlabelledTerm {
  const usual = UNLABELLED_DEFAULTS[unlabelled.way];
  const { images, weight = usual.weight, temperature = usual.temperature } = unlabelled;
  const batchSize = Math.min(unlabelled.batchSize ?? usual.batchSize, images.count);
  if (!(batchSize >= 2)) throw invalid(`at least 2 must be in a batch: it is ${batchSize}`);
  if (!(weight >= 0)) throw invalid(`their weight must be 0 or more: it is ${weight}`);
  if (!(temperature > 0)) throw invalid(`their temperature must be above 0: it is ${temperature}`);
  return { way: unlabelled.way, images, weight, temperature, batchSize, probabilities };
}

/**
 * How many views of unlabelled images stand beside the labelled ones in a step.
 *
 * @param term How they take part; null where they do not.
 * @returns Two an image where views are compared, one where they are classified.
 */
export function unlabelledViews(term: UnlabelledTerm | null): number {
  if (!term) return 0;
  return term.way === "contrastive" ? 2 * term.batchSize : term.batchSize;
}

/**
 * Puts unlabelled images on the device and makes their loss.
 *
 * @param term The images and how they take part.
 * @param options The training's seed and views, its classes, and what the device may keep.
 * @returns What they add to each step.
 */
export async function createUnlabelledLoss(
  term: UnlabelledTerm,
  options: ViewOptions & { seed: number; classes: number; residentBytes: number },
): Promise<UnlabelledLoss> {
  const { images, batchSize, probabilities } = term;
  const { seed, residentBytes } = options;
  const numbers = Int32Array.from({ length: images.count }, (_, number) => number);
  const batches = await createBatches(images, { batchSize, seed, residentBytes, labels: numbers });
  return probabilities
    ? distillation(batches, { ...options, ...term, probabilities })
    : contrastive(batches, term);
}

function invalid(rule: string): LookalikeError {
  const message = `Cannot learn from unlabelled images as ${rule}.`;
  return new LookalikeError("invalid_input", message, { param: "unlabelled" });
}
