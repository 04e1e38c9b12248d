import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { compile, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { augment } from "../../../train/augment/augment.ts";
import { applyColourJitter, drawColourJitter } from "../../../train/augment/colour_jitter.ts";
import { applyGrayscale, drawGrayscale } from "../../../train/augment/grayscale.ts";
import { type Pipeline, pipelineOf, pipelinesOf } from "../../../train/augment/pipeline.ts";
import { cutCrops, drawCrops } from "../../../train/augment/random_resized_crop.ts";
import { twoViews } from "../../../train/augment/two_views.ts";
import { resolveConfig } from "../../../train/config.ts";
import {
  assertNear,
  copies,
  distinct,
  mean,
  noise,
  type Pictures,
  read,
  viewsIn,
} from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

const CONFIG = resolveConfig();
/** As SimCLR trains on CIFAR-10. */
const CIFAR = pipelinesOf(CONFIG);
/** The same pipeline for both views. */
const both = (names: string) => pipelinesOf({ ...CONFIG, augmentation: names });

interface ViewOptions {
  pipelines?: { first: Pipeline; second: Pipeline };
  size?: number;
  seed?: [seed: number, step: number];
}

/** The views of pictures, each a list of its numbers. */
async function viewsOf(pictures: Pictures, options: ViewOptions = {}): Promise<Float32Array[]> {
  const { pipelines = CIFAR, size = 8, seed = [0, 0] } = options;
  const [count] = pictures.shape;
  const numbers = await read(() => {
    const images = tf.tensor4d(pictures.data, pictures.shape);
    const x = twoViews(images, { ...pipelines, size, seed: tf.tensor1d(seed, "int32") });
    assertEquals(x.shape, [2 * count, size, size, 3]);
    return x;
  });
  return viewsIn(numbers, 2 * count);
}

const PICTURES = noise([6, 10, 10, 3], { largest: 255, seed: 1 });
const ONE = noise([1, 8, 8, 3], { largest: 255, seed: 2 });
const SAME = copies(40, ONE);

Deno.test("rows i and i + N are views of image i, also where each has a pipeline of its own", async () => {
  const count = 7;
  const data = Float32Array.from({ length: count * 64 * 3 }, (_, at) => Math.floor(at / 192) * 30);
  const pictures: Pictures = { data, shape: [count, 8, 8, 3] };
  const apart = { first: pipelineOf(CONFIG, "crop"), second: pipelineOf(CONFIG, "flip") };
  for (const pipelines of [both("crop,flip"), apart]) {
    const views = await viewsOf(pictures, { pipelines });
    assertEquals(views.length, 2 * count);
    views.forEach((view, row) => assertNear(view, view.map(() => (row % count) * 30 / 255), 1e-6));
  }
});

Deno.test("views are a function of images and seed", async () => {
  assertEquals(
    await viewsOf(PICTURES, { seed: [7, 8] }),
    await viewsOf(PICTURES, { seed: [7, 8] }),
  );
});

Deno.test("every seed and every step gives other views", async () => {
  const largest = 2 ** 27 - 1;
  const seeds: [number, number][] = [[0, 0], [0, 1], [1, 0], [16, 0], [0, 16], [largest, 0]];
  const runs: Float32Array[] = [];
  for (const seed of seeds) {
    const views = await viewsOf(PICTURES, { seed });
    runs.push(views[0], views[3]);
  }
  assertEquals(distinct(runs), 2 * seeds.length);
});

for (const names of ["crop", "crop,flip,colour-jitter,grayscale"]) {
  Deno.test(`a mistake of others is not ours: one draw of ${names} serves the whole batch`, async () => {
    const views = await viewsOf(SAME, { pipelines: both(names) });
    assertEquals(distinct(views), views.length);
  });
}

Deno.test("the two views of an image differ", async () => {
  const views = await viewsOf(PICTURES);
  for (let image = 0; image < 6; image++) assertNotEquals(views[image], views[image + 6]);
});

Deno.test("crops, colours and grays are drawn under seeds that nothing else has", async () => {
  const [seed, step] = [3, 5];
  const own = (stage: number) => tf.tensor1d([16 * seed + stage, step], "int32");
  const expected = await read(() => {
    const images = tf.tensor4d(PICTURES.data, PICTURES.shape);
    const crops = drawCrops(12, {
      area: [0.08, 1],
      aspectRatio: [3 / 4, 4 / 3],
      flip: 0.5,
      imageSize: [10, 10],
      seed: own(0),
    });
    const cut = cutCrops(tf.concat([images, images]), crops, 8);
    const jitter = drawColourJitter(12, { strength: 0.5, probability: 0.8, seed: own(1) });
    const gray = drawGrayscale(12, { probability: 0.2, seed: own(2) });
    return applyGrayscale(applyColourJitter(cut, jitter), gray);
  });
  const views = await viewsOf(PICTURES, { seed: [seed, step] });
  assertEquals(views.flatMap((view) => [...view]), [...expected]);
});

Deno.test("a seed gives the views that it always gave", async () => {
  const means = [
    ...[0.554903, 0.450577, 0.500497, 0.394871, 0.604591, 0.466699],
    ...[0.586673, 0.349413, 0.585355, 0.491744, 0.52148, 0.71131],
  ];
  const views = await viewsOf(PICTURES, { seed: [3, 5] });
  views.forEach((view, row) => assertAlmostEquals(mean(view), means[row], 1e-5));
});

Deno.test("where one branch alone is augmented the other is the image", async () => {
  const [first, second] = [
    pipelineOf(CONFIG, "crop,flip,colour-jitter"),
    pipelineOf(CONFIG, "none"),
  ];
  const pictures = noise([4, 8, 8, 3], { largest: 255, seed: 3 });
  for (const pipelines of [{ first, second }, { first: second, second: first }]) {
    const views = await viewsOf(pictures, { pipelines });
    const [augmented, plain] = pipelines.first === first
      ? [views.slice(0, 4), views.slice(4)]
      : [views.slice(4), views.slice(0, 4)];
    const images = viewsIn(pictures.data.map((value) => value / 255), 4);
    plain.forEach((view, image) => assertNear(view, images[image], 6e-8)); // half a last place
    augmented.forEach((view, image) => assertNotEquals(view, plain[image]));
    assertEquals(distinct(augmented), 4);
  }
});

Deno.test("pipelines that differ are drawn apart: the views of an image share no draw", async () => {
  const never = { ...CONFIG, grayscaleProbability: 0 };
  const pipelines = {
    first: pipelineOf(never, "crop"),
    second: pipelineOf(never, "crop,grayscale"),
  };
  const views = await viewsOf(SAME, { pipelines }); // both crop alone, of the same image
  assertEquals(distinct(views), views.length);
  const images = () => tf.tensor4d(SAME.data, SAME.shape);
  const one = async (pipeline: Pipeline, seed: number[]) =>
    viewsIn(
      await read(() => augment(images(), { pipeline, size: 8, seed: tf.tensor1d(seed, "int32") })),
      40,
    );
  const later = await viewsOf(SAME, { pipelines, seed: [2, 9] });
  assertEquals(later.slice(0, 40), await one(pipelines.first, [2, 9]));
  assertEquals(later.slice(40), await one(pipelines.second, [2, -10]));
});

Deno.test("pipelines that say the same in other words are one", async () => {
  const [first, second] = [
    pipelineOf(CONFIG, "crop,flip,blur"),
    pipelineOf(CONFIG, "blur,flip,crop"),
  ];
  assertEquals(
    await viewsOf(PICTURES, { pipelines: { first, second } }),
    await viewsOf(PICTURES, { pipelines: both("crop,flip,blur") }),
  );
});

Deno.test("without augmentations both views are the image", async () => {
  const [first, second] = await viewsOf(ONE, { pipelines: both("none") });
  assertEquals(first, second);
  assertNear(first, ONE.data.map((value) => value / 255), 1e-6);
});

Deno.test("views have values from 0 to 1 and the size asked for", async () => {
  for (const size of [4, 8, 13]) {
    const views = await viewsOf(PICTURES, { size });
    assert(views.every((view) => view.every((value) => value >= 0 && value <= 1)));
  }
});

Deno.test("compiled views equal views made op by op, for every seed anew", async () => {
  const images = tf.tensor4d(PICTURES.data, PICTURES.shape);
  const apart = { ...CIFAR, second: pipelineOf(CONFIG, "crop,rotate,noise") };
  for (const pipelines of [CIFAR, apart]) {
    for (const optimizeGraph of [false, true]) {
      const compiled = compile(
        (images: tf.Tensor4D, seed: tf.Tensor1D) =>
          twoViews(images, { ...pipelines, size: 9, seed }),
        { optimizeGraph },
      );
      for (const seed of [[0, 1], [0, 2], [5, 2]] as [number, number][]) {
        const input = tf.tensor1d(seed, "int32");
        const traced = await compiled(images, input);
        const eager = await viewsOf(PICTURES, { pipelines, size: 9, seed });
        const numbers = eager.flatMap((view) => [...view]);
        assertNear(await traced.data(), numbers, optimizeGraph ? 1e-5 : 0);
        tf.dispose([input, traced]);
      }
      assertEquals(compiled.traces, 1);
      compiled.dispose();
    }
  }
  images.dispose();
});

Deno.test("making two views leaves one tensor behind", () => {
  const images = tf.tensor4d(PICTURES.data, PICTURES.shape);
  const seed = tf.tensor1d([1, 2], "int32");
  const before = tf.memory().numTensors;
  for (const pipelines of [CIFAR, { ...CIFAR, second: pipelineOf(CONFIG, "none") }]) {
    const views = twoViews(images, { ...pipelines, size: 8, seed });
    assertEquals(tf.memory().numTensors, before + 1);
    views.dispose();
  }
  tf.dispose([images, seed]);
});
