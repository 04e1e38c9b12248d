import type { PretrainConfig } from "../config.ts";
import type { Cell } from "./cell.ts";
import type { Costs } from "./plan.ts";

/** How many images of what a cell sees. */
export interface Counts {
  /** Training images, and test images. */
  train: number;
  test: number;
  classes: number;
}

/** One view forwards and backwards, beside two. */
const ONE_VIEW = 0.5;

/**
 * What decides the speed of a training step: cells of one shape are calibrated once. Augmentations
 * and losses are left out, as they cost little beside the network.
 *
 * @param config A cell's configuration.
 * @returns A key of {@linkcode Costs.visit}.
 */
export function shapeOf(config: PretrainConfig): string {
  const { encoder, widthMultiplier, imageSize, batchSize } = config;
  return `${encoder} width ${widthMultiplier}, ${imageSize} pixels, batch ${batchSize}`;
}

/**
 * How long a cell takes on one worker.
 *
 * @param cell The cell.
 * @param counts How many images it sees.
 * @param costs What was measured.
 * @returns Seconds.
 */
export function secondsOf(
  cell: Pick<Cell, "config" | "measures" | "fineTuning">,
  { counts, costs }: { counts: Counts; costs: Costs },
): number {
  const { config, measures, fineTuning } = cell;
  const { train, test, classes } = counts;
  const visit = costs.visit[shapeOf(config)];
  if (fineTuning) {
    const views = fineTuning.perClass * classes * fineTuning.epochs;
    return costs.start + views * visit * ONE_VIEW + test * costs.measuring;
  }
  // In probes of h: each further one costs about as much, those of transformations read images anew.
  const probes = 1 + (measures.includes("validation") ? 0.5 : 0) +
    (measures.includes("projection") ? 1 : 0) + (measures.includes("transformations") ? 3 : 0);
  return costs.start + config.epochs * train * visit +
    probes * (train + test) * costs.measuring;
}
