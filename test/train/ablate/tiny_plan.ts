import { type Cell, cellId } from "../../../train/ablate/cell.ts";
import type { Plan } from "../../../train/ablate/plan.ts";
import { type PretrainConfig, resolveConfig } from "../../../train/config.ts";
import { madeUpPlan } from "./made_up.ts";

const BASE = resolveConfig({
  imageSize: 8,
  widthMultiplier: 0.0625,
  imagesPerClass: 6,
  batchSize: 16,
  epochs: 1,
  optimizer: "sgd",
  warmupEpochs: 0.5,
  probeEvery: 0,
  reportEvery: 1,
  precision: "float32",
});

/** A cell of seconds on drawn shapes. */
export function tinyCell(
  label: string,
  own: { changes?: Partial<PretrainConfig>; cell?: Partial<Cell> } = {},
): Cell {
  const identity = {
    config: { ...BASE, ...own.changes },
    fineTuning: own.cell?.fineTuning ?? null,
  };
  return {
    id: cellId(identity),
    uses: [{ study: "losses", label }],
    measures: [],
    kept: false,
    seconds: 1,
    ...identity,
    ...own.cell,
  };
}

/** A plan of these cells, one at a time. */
export function tinyPlan(cells: Cell[]): Plan {
  const plan = madeUpPlan({ studies: [] });
  return {
    ...plan,
    source: "shapes",
    studies: ["losses"],
    workers: 1,
    imagesPerClass: 6,
    testImagesPerClass: 2,
    cells,
  };
}
