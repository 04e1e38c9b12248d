/**
 * The studies of the paper, one a file.
 *
 * @module
 */
import type { Study } from "../study.ts";
import { augmentationPairs } from "./augmentation_pairs.ts";
import { batchAndEpochs } from "./batch_and_epochs.ts";
import { colourStrength } from "./colour_strength.ts";
import { depthAndWidth } from "./depth_and_width.ts";
import { fewLabels } from "./few_labels.ts";
import { losses } from "./losses.ts";
import { projectionHead } from "./projection_head.ts";
import { temperature } from "./temperature.ts";

/** All studies, in the order of the report. */
export const STUDIES: readonly Study[] = [
  augmentationPairs,
  colourStrength,
  losses,
  temperature,
  projectionHead,
  batchAndEpochs,
  depthAndWidth,
  fewLabels,
];
