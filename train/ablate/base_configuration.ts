import { type PretrainConfig, resolveConfig } from "../config.ts";

/**
 * What every cell is trained with but for its study's differences: the narrow network of the preset
 * `cifar10-small`, as the paper's studies need many networks rather than a good one.
 */
export const BASE: PretrainConfig = resolveConfig({
  probeEvery: 0,
  reportEvery: 50,
  batchSize: 128,
  warmupEpochs: 0.5,
  temperature: 0.2,
  imagesPerClass: null,
}, "cifar10-small");

/**
 * What differs for a run within the hour: views of 16 pixels, cut from images of 32, have a
 * quarter of the pixels, so that a network sees enough images to learn something.
 */
export const QUICK: Partial<PretrainConfig> = { imageSize: 16, storedSize: 32 };
