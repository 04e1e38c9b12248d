import { LookalikeError } from "../src/errors.ts";
import type { PretrainConfig } from "./config.ts";
import type { Dataset } from "./dataset/mod.ts";

/** Stands for a label that is not known. */
const NONE = -1;

/**
 * The labels that a loss may see.
 *
 * @param dataset The training images.
 * @param config Its loss, and how many labels of each class are known.
 * @returns int32 `[count]`, −1 where none is known; null for a loss that takes no labels.
 * @throws {LookalikeError} `invalid_input` if the loss takes labels and there are none.
 */
export function knownLabels(
  dataset: Pick<Dataset, "labels" | "classes" | "whyUnlabelled">,
  config: Pick<PretrainConfig, "loss" | "labelsPerClass">,
): Int32Array | null {
  const { loss, labelsPerClass } = config;
  if (loss !== "supervised-contrastive" && loss !== "cross-entropy") return null;
  const { labels, classes } = dataset;
  if (!labels) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot train with the loss ${loss} as the images must have labels: ${dataset.whyUnlabelled}`,
      { param: "loss" },
    );
  }
  const seen = new Array<number>(classes.length).fill(0);
  return labels.map((label) => seen[label]++ < (labelsPerClass ?? Infinity) ? label : NONE);
}
