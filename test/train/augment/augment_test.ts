import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { compile, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { augment } from "../../../train/augment/augment.ts";
import { applyBlur, drawBlur } from "../../../train/augment/blur.ts";
import { applyColourJitter, drawColourJitter } from "../../../train/augment/colour_jitter.ts";
import { cutHoles, drawHoles } from "../../../train/augment/cutout.ts";
import { applyGrayscale, drawGrayscale } from "../../../train/augment/grayscale.ts";
import { type AugmentationName, AUGMENTATIONS } from "../../../train/augment/names.ts";
import { addNoise, drawNoise } from "../../../train/augment/noise.ts";
import { type AugmentationConfig, pipelineOf } from "../../../train/augment/pipeline.ts";
import { cutCrops, drawCrops } from "../../../train/augment/random_resized_crop.ts";
import { applyRotation, drawRotation } from "../../../train/augment/rotation.ts";
import { applySobel, drawSobel } from "../../../train/augment/sobel.ts";
import { naiveCutCrops } from "./crop_oracle.ts";
import { assertNear, copies, distinct, noise, type Pictures, read, viewsIn } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

/** Nothing here is a default, so that a field in the wrong place shows. */
const CONFIG: AugmentationConfig = {
  cropArea: 0.2,
  flipProbability: 0.45,
  colourStrength: 0.6,
  colourProbability: 0.85,
  grayscaleProbability: 0.4,
  blurProbability: 0.7,
  cutoutProbability: 0.8,
  cutoutSize: 0.6,
  rotationProbability: 0.65,
  noiseProbability: 0.9,
  noiseDeviation: 0.15,
  sobelProbability: 0.55,
};
const [SEED, STEP] = [3, 5];
const [COUNT, SIDE, SIZE] = [12, 12, 9];
const PICTURES = noise([COUNT, SIDE, SIDE, 3], { largest: 255, seed: 1 });

interface ViewOptions {
  config?: AugmentationConfig;
  size?: number;
}

async function viewsOf(
  pictures: Pictures,
  names: string,
  { config = CONFIG, size = SIZE }: ViewOptions = {},
): Promise<Float32Array> {
  return await read(() => {
    const images = tf.tensor4d(pictures.data, pictures.shape);
    const seed = tf.tensor1d([SEED, STEP], "int32");
    const x = augment(images, { pipeline: pipelineOf(config, names), size, seed });
    assertEquals(x.shape, [pictures.shape[0], size, size, 3]);
    return x;
  });
}

/** The seed of a stage, by the number that it has for good. */
const own = (stage: number) => tf.tensor1d([16 * SEED + stage, STEP], "int32");

function resampled(names: AugmentationName[]): tf.Tensor4D {
  const crops = drawCrops(COUNT, {
    area: [names.includes("crop") ? 0.2 : 1, 1],
    aspectRatio: names.includes("crop") ? [3 / 4, 4 / 3] : [1, 1],
    flip: names.includes("flip") ? 0.45 : 0,
    imageSize: [SIDE, SIDE],
    seed: own(0),
  });
  return cutCrops(tf.tensor4d(PICTURES.data, PICTURES.shape), crops, SIZE);
}

/** What each augmentation does to views, written out. */
const CHANGES: Partial<Record<AugmentationName, (x: tf.Tensor4D) => tf.Tensor4D>> = {
  "colour-jitter": (x) =>
    applyColourJitter(
      x,
      drawColourJitter(COUNT, { strength: 0.6, probability: 0.85, seed: own(1) }),
    ),
  grayscale: (x) => applyGrayscale(x, drawGrayscale(COUNT, { probability: 0.4, seed: own(2) })),
  blur: (x) => applyBlur(x, drawBlur(COUNT, { probability: 0.7, seed: own(3) })),
  cutout: (x) => cutHoles(x, drawHoles(COUNT, { probability: 0.8, size: 0.6, seed: own(4) })),
  rotate: (x) => applyRotation(x, drawRotation(COUNT, { probability: 0.65, seed: own(5) })),
  noise: (x) => {
    const seeds = { seed: own(6), valueSeed: own(7) };
    return addNoise(x, drawNoise(x.shape, { probability: 0.9, deviation: 0.15, ...seeds }));
  },
  sobel: (x) => applySobel(x, drawSobel(COUNT, { probability: 0.55, seed: own(8) })),
};

async function composed(names: AugmentationName[]): Promise<Float32Array> {
  return await read(() =>
    names.reduce((x, name) => CHANGES[name]?.(x) ?? x, resampled(names)) as tf.Tensor
  );
}

for (const name of AUGMENTATIONS) {
  Deno.test(`${name} draws what its options say, under a seed that nothing else has`, async () => {
    const views = await viewsOf(PICTURES, name);
    assertEquals(views, await composed([name]));
    assertNotEquals(views, await viewsOf(PICTURES, "none"), "it does nothing");
  });
}

Deno.test("augmentations are applied in the order of the list", async () => {
  const lists: AugmentationName[][] = [
    ["blur", "noise"],
    ["noise", "blur"],
    ["cutout", "rotate", "colour-jitter"],
    ["colour-jitter", "rotate", "cutout"],
    ["crop", "flip", "sobel", "grayscale", "noise"],
  ];
  const runs: Float32Array[] = [];
  for (const names of lists) {
    runs.push(await viewsOf(PICTURES, names.join()));
    assertEquals(runs[runs.length - 1], await composed(names));
  }
  assertEquals(distinct(runs), lists.length);
});

Deno.test("crop and flip are done first, wherever they are listed", async () => {
  const last = await viewsOf(PICTURES, "cutout,flip,crop");
  assertEquals(last, await viewsOf(PICTURES, "crop,flip,cutout"));
  assertEquals(last, await composed(["crop", "flip", "cutout"]));
});

Deno.test("without augmentations a view is the image, resized to the view's side", async () => {
  const whole = { top: 0, left: 0, height: SIDE, width: SIDE, flip: 0 as const };
  for (const size of [5, SIDE, 17]) {
    const views = await viewsOf(PICTURES, "none", { size });
    assertNear(views, naiveCutCrops(PICTURES, Array(COUNT).fill(whole), size), 1e-6);
  }
});

/** How many of 60 views of one image can differ, with as much happening as can. */
const KINDS: Record<AugmentationName, [least: number, most: number]> = {
  crop: [60, 60],
  flip: [2, 2],
  "colour-jitter": [60, 60],
  grayscale: [2, 2],
  blur: [50, 60], // the smallest σ change nothing in float32
  cutout: [40, 60], // holes of whole pixels may coincide
  rotate: [4, 4],
  noise: [60, 60],
  sobel: [2, 2],
};
const ALWAYS = {
  ...CONFIG,
  colourProbability: 1,
  blurProbability: 1,
  cutoutProbability: 1,
  noiseProbability: 1,
};

for (const [name, [least, most]] of Object.entries(KINDS)) {
  Deno.test(`a mistake of others is not ours: one draw of ${name} serves the whole batch`, async () => {
    const same = copies(60, noise([1, SIDE, SIDE, 3], { largest: 255, seed: 2 }));
    const views = await viewsOf(same, name, { config: ALWAYS, size: SIDE });
    const kinds = distinct(viewsIn(views, 60));
    assert(kinds >= least && kinds <= most, `${kinds} kinds of view`);
  });
}

Deno.test("values stay within 0 … 1, whatever is done and in whichever order", async () => {
  for (const names of [[...AUGMENTATIONS], [...AUGMENTATIONS].reverse()]) {
    const views = await viewsOf(PICTURES, names.join(), {
      config: { ...ALWAYS, colourStrength: 2 },
    });
    assert(views.every((value) => value >= 0 && value <= 1));
  }
});

Deno.test("all augmentations compiled equal those made op by op, for every seed anew", async () => {
  const images = tf.tensor4d(PICTURES.data, PICTURES.shape);
  const pipeline = pipelineOf(CONFIG, AUGMENTATIONS.join());
  const run = (images: tf.Tensor4D, seed: tf.Tensor1D) =>
    augment(images, { pipeline, size: 8, seed });
  for (const optimizeGraph of [false, true]) {
    const compiled = compile(run, { optimizeGraph });
    for (const [a, b] of [[0, 1], [0, 2], [5, 2]]) {
      const seed = tf.tensor1d([a, b], "int32");
      const traced = await compiled(images, seed);
      const eager = await read(() => run(images, seed));
      assertNear(await traced.data(), eager, optimizeGraph ? 1e-5 : 0);
      tf.dispose([seed, traced]);
    }
    assertEquals(compiled.traces, 1);
    compiled.dispose();
  }
  images.dispose();
});

Deno.test("augmenting leaves one tensor behind: the views", () => {
  const images = tf.tensor4d(PICTURES.data, PICTURES.shape);
  const seed = tf.tensor1d([SEED, STEP], "int32");
  const before = tf.memory().numTensors;
  const pipeline = pipelineOf(CONFIG, AUGMENTATIONS.join());
  const views = augment(images, { pipeline, size: SIZE, seed });
  assertEquals(tf.memory().numTensors, before + 1);
  tf.dispose([images, seed, views]);
});
