import { type AugmentationName, parseAugmentations } from "./names.ts";

/** What augmentations are drawn from: fields of a run's configuration. */
export interface AugmentationConfig {
  /** Smallest share of the image's area that a crop shows. */
  cropArea: number;
  /** Probability of a horizontal flip. */
  flipProbability: number;
  /** s of the colour jitter. */
  colourStrength: number;
  /** Probability of the colour jitter. */
  colourProbability: number;
  /** Probability that a view loses its colours. */
  grayscaleProbability: number;
  /** Probability of the Gaussian blur. */
  blurProbability: number;
  /** Probability of a hole. */
  cutoutProbability: number;
  /** Largest side of a hole over the view's side. */
  cutoutSize: number;
  /** Probability of a turn by 90°, 180° or 270°. */
  rotationProbability: number;
  /** Probability of Gaussian noise. */
  noiseProbability: number;
  /** Largest σ of the noise, in 0 … 1. */
  noiseDeviation: number;
  /** Probability of the Sobel filter. */
  sobelProbability: number;
}

/** All that decides how a view is made of an image, as plain data. */
export interface Pipeline {
  /** What is applied, in this order; crop and flip first. */
  names: AugmentationName[];
  /** What it is drawn from. */
  config: AugmentationConfig;
}

/**
 * The pipeline that a configuration describes. Crop and flip are one resampling and always come first,
 * whatever their place in the list; the others are applied in the order of the list.
 *
 * @param config What augmentations are drawn from.
 * @param names Their names, such as `crop,flip,colour-jitter`, or `none`.
 * @returns The pipeline.
 * @throws {LookalikeError} `invalid_input` naming the word that is no augmentation, or comes twice.
 */
export function pipelineOf(config: AugmentationConfig, names: string): Pipeline {
  const listed = parseAugmentations(names);
  const resampling = (["crop", "flip"] as const).filter((name) => listed.includes(name));
  return { names: [...new Set<AugmentationName>([...resampling, ...listed])], config };
}

/**
 * The pipelines of both views.
 *
 * @param config What augmentations are drawn from, and the names for each view; null for the second
 * means the same as for the first.
 * @returns A pipeline a view.
 * @throws {LookalikeError} As {@linkcode pipelineOf} does.
 */
export function pipelinesOf(
  config: AugmentationConfig & { augmentation: string; secondAugmentation: string | null },
): { first: Pipeline; second: Pipeline } {
  const { augmentation, secondAugmentation } = config;
  const first = pipelineOf(config, augmentation);
  return { first, second: pipelineOf(config, secondAugmentation ?? augmentation) };
}
