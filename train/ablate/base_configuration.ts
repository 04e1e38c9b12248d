import { type PretrainConfig, resolveConfig } from "../config.ts";

/**
 * What every cell is trained with but for its study's differences: a narrow network, as the paper's
 * studies need many networks rather than a good one, and else the paper's values, but for a
 * temperature and an optimiser that suit short runs.
 */
export const BASE: PretrainConfig = resolveConfig({
  widthMultiplier: 0.25,
  batchSize: 128,
  temperature: 0.2,
  optimizer: "sgd",
  learningRate: 0.5,
  warmupEpochs: 0.5,
  weightDecay: 1e-4,
  probeEvery: 0,
  reportEvery: 50,
});

/**
 * What differs for a run within the hour: views of 16 pixels, cut from images of 32, have a
 * quarter of the pixels, so that a network sees enough images to learn something.
 */
export const QUICK: Partial<PretrainConfig> = { imageSize: 16, storedSize: 32 };
