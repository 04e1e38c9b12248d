import { tf } from "../../src/tensorflow/mod.ts";
import { applyBlur, drawBlur } from "./blur.ts";
import { applyColourJitter, drawColourJitter } from "./colour_jitter.ts";
import { cutHoles, drawHoles } from "./cutout.ts";
import { applyGrayscale, drawGrayscale } from "./grayscale.ts";
import type { AugmentationName } from "./names.ts";
import { addNoise, drawNoise } from "./noise.ts";
import type { AugmentationConfig, Pipeline } from "./pipeline.ts";
import { cutCrops, drawCrops } from "./random_resized_crop.ts";
import { applyRotation, drawRotation } from "./rotation.ts";
import { applySobel, drawSobel } from "./sobel.ts";

/** Draws of their own under one seed, with room for more. */
const STAGES = 16;
/**
 * Whose draws are whose. They are part of what a seed means and never change: what else is in a
 * pipeline changes no draw.
 */
const STAGE = {
  crop: 0,
  colourJitter: 1,
  grayscale: 2,
  blur: 3,
  cutout: 4,
  rotation: 5,
  noise: 6,
  noiseValues: 7,
  sobel: 8,
};
type SeedOf = (stage: keyof typeof STAGE) => tf.Tensor1D;

/** What changes views `[M, S, S, 3]` and leaves their size. */
type Change = (x: tf.Tensor4D, config: AugmentationConfig, seedOf: SeedOf) => tf.Tensor4D;

const CHANGES: Record<Exclude<AugmentationName, "crop" | "flip">, Change> = {
  "colour-jitter": (x, { colourStrength, colourProbability }, seedOf) => {
    const seed = seedOf("colourJitter");
    const options = { strength: colourStrength, probability: colourProbability, seed };
    return applyColourJitter(x, drawColourJitter(x.shape[0], options));
  },
  grayscale: (x, { grayscaleProbability: probability }, seedOf) =>
    applyGrayscale(x, drawGrayscale(x.shape[0], { probability, seed: seedOf("grayscale") })),
  blur: (x, { blurProbability: probability }, seedOf) =>
    applyBlur(x, drawBlur(x.shape[0], { probability, seed: seedOf("blur") })),
  cutout: (x, { cutoutProbability: probability, cutoutSize: size }, seedOf) =>
    cutHoles(x, drawHoles(x.shape[0], { probability, size, seed: seedOf("cutout") })),
  rotate: (x, { rotationProbability: probability }, seedOf) =>
    applyRotation(x, drawRotation(x.shape[0], { probability, seed: seedOf("rotation") })),
  noise: (x, { noiseProbability: probability, noiseDeviation: deviation }, seedOf) => {
    const seeds = { seed: seedOf("noise"), valueSeed: seedOf("noiseValues") };
    return addNoise(x, drawNoise(x.shape, { probability, deviation, ...seeds }));
  },
  sobel: (x, { sobelProbability: probability }, seedOf) =>
    applySobel(x, drawSobel(x.shape[0], { probability, seed: seedOf("sobel") })),
};

/**
 * One augmented view of each image, t(x) with t ~ T (arXiv 2002.05709 §2.1): every draw is a view's own
 * and a function of the seed and of its place.
 *
 * @param images In 0 … 255, float32 `[M, H, W, 3]`, of any size.
 * @param options The pipeline, the side S of the views, and the seed, int32 `[2]`.
 * @returns In 0 … 1, float32 `[M, S, S, 3]`.
 */
export function augment(
  images: tf.Tensor4D,
  options: { pipeline: Pipeline; size: number; seed: tf.Tensor1D },
): tf.Tensor4D {
  const { pipeline: { names, config }, size, seed } = options;
  return tf.tidy(() => {
    const [count, height, width] = images.shape;
    const stages = tf.mul(seed, tf.tensor1d([STAGES, 1], "int32"));
    const seedOf: SeedOf = (stage) => tf.add(stages, tf.tensor1d([STAGE[stage], 0], "int32"));
    const crops = drawCrops(count, {
      ...names.includes("crop")
        ? { area: [config.cropArea, 1], aspectRatio: [3 / 4, 4 / 3] }
        : { area: [1, 1], aspectRatio: [1, 1] }, // the whole image
      flip: names.includes("flip") ? config.flipProbability : 0,
      imageSize: [height, width],
      seed: seedOf("crop"),
    });
    return names.reduce(
      (x, name) => name === "crop" || name === "flip" ? x : CHANGES[name](x, config, seedOf),
      cutCrops(images, crops, size), // [M, S, S, 3]
    );
  });
}
