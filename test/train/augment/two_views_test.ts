import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { compile, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { applyColourJitter, drawColourJitter } from "../../../train/augment/colour_jitter.ts";
import { applyGrayscale, drawGrayscale } from "../../../train/augment/grayscale.ts";
import { cutCrops, drawCrops } from "../../../train/augment/random_resized_crop.ts";
import { type AugmentationOptions, twoViews } from "../../../train/augment/two_views.ts";
import { assertNear, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

/** As SimCLR trains on CIFAR-10. */
const CIFAR: AugmentationOptions = {
  crop: { area: [0.08, 1], aspectRatio: [3 / 4, 4 / 3], flip: 0.5 },
  colourJitter: { strength: 0.5, probability: 0.8 },
  grayscale: 0.2,
};
/** The whole image, upright. */
const WHOLE: AugmentationOptions["crop"] = { area: [1, 1], aspectRatio: [1, 1], flip: 0 };
/** Crops and flips alone. */
const GEOMETRY: AugmentationOptions = {
  ...CIFAR,
  colourJitter: { strength: 0.5, probability: 0 },
  grayscale: 0,
};
/** Changes of colour alone, in every view. */
const JITTER: AugmentationOptions = {
  crop: WHOLE,
  colourJitter: { strength: 0.5, probability: 1 },
  grayscale: 0,
};

interface ViewOptions {
  augmentation?: AugmentationOptions;
  size?: number;
  seed?: [seed: number, step: number];
}

/** The views of pictures, each a list of its numbers. */
async function viewsOf(pictures: Pictures, options: ViewOptions = {}): Promise<Float32Array[]> {
  const { augmentation = CIFAR, size = 8, seed = [0, 0] } = options;
  const numbers = await read(() => {
    const images = tf.tensor4d(pictures.data, pictures.shape);
    const x = twoViews(images, { ...augmentation, size, seed: tf.tensor1d(seed, "int32") });
    assertEquals(x.shape, [2 * pictures.shape[0], size, size, 3]);
    return x;
  });
  const length = size * size * 3;
  return Array.from(
    { length: numbers.length / length },
    (_, view) => numbers.slice(view * length, (view + 1) * length),
  );
}

/** So many pictures that are all the same. */
function copies(count: number, picture: Pictures): Pictures {
  const { data, shape: [, height, width] } = picture;
  const repeated = Float32Array.from(
    { length: count * data.length },
    (_, at) => data[at % data.length],
  );
  return { data: repeated, shape: [count, height, width, 3] };
}

function distinct(views: Float32Array[]): number {
  return new Set(views.map((view) => view.join())).size;
}

const PICTURES = noise([6, 10, 10, 3], { largest: 255, seed: 1 });
const ONE = noise([1, 8, 8, 3], { largest: 255, seed: 2 });
const SAME = copies(40, ONE);

Deno.test("rows i and i + N are views of image i", async () => {
  const count = 7;
  const data = Float32Array.from({ length: count * 64 * 3 }, (_, at) => Math.floor(at / 192) * 30);
  const views = await viewsOf({ data, shape: [count, 8, 8, 3] }, { augmentation: GEOMETRY });
  assertEquals(views.length, 2 * count);
  views.forEach((view, row) => assertNear(view, view.map(() => (row % count) * 30 / 255), 1e-6));
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

for (const [stage, augmentation] of Object.entries({ crops: GEOMETRY, colours: JITTER })) {
  Deno.test(`a mistake of others is not ours: the ${stage} are drawn once a batch`, async () => {
    const views = await viewsOf(SAME, { augmentation });
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
    const crops = drawCrops(12, { ...CIFAR.crop, imageSize: [10, 10], seed: own(0) });
    const cut = cutCrops(tf.concat([images, images]), crops, 8);
    const jitter = drawColourJitter(12, { ...CIFAR.colourJitter, seed: own(1) });
    const gray = drawGrayscale(12, { probability: CIFAR.grayscale, seed: own(2) });
    return applyGrayscale(applyColourJitter(cut, jitter), gray);
  });
  const views = await viewsOf(PICTURES, { seed: [seed, step] });
  assertEquals(views.flatMap((view) => [...view]), [...expected]);
});

Deno.test("without crop, flip and colours both views are the image", async () => {
  const augmentation = { ...GEOMETRY, crop: WHOLE };
  const [first, second] = await viewsOf(ONE, { augmentation });
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
  for (const optimizeGraph of [false, true]) {
    const compiled = compile(
      (images: tf.Tensor4D, seed: tf.Tensor1D) => twoViews(images, { ...CIFAR, size: 9, seed }),
      { optimizeGraph },
    );
    for (const seed of [[0, 1], [0, 2], [5, 2]] as [number, number][]) {
      const input = tf.tensor1d(seed, "int32");
      const traced = await compiled(images, input);
      const eager = (await viewsOf(PICTURES, { size: 9, seed })).flatMap((view) => [...view]);
      assertNear(await traced.data(), eager, optimizeGraph ? 1e-5 : 0);
      tf.dispose([input, traced]);
    }
    assertEquals(compiled.traces, 1);
    compiled.dispose();
  }
  images.dispose();
});
