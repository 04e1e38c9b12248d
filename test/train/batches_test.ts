import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { type Batches, createBatches } from "../../train/batches.ts";
import { type Dataset, openDataset } from "../../train/dataset/mod.ts";

await startTensorFlow({ device: "cpu" });

const BATCH = 6;
const SIDE = 8;
const ROW = SIDE * SIDE * 3;

const cacheFolder = await Deno.makeTempDir();
const shapes = await openDataset("shapes", {
  ...{ side: SIDE, split: "train", imagesPerClass: 2, cacheFolder },
});
const PIXELS = await shapes.all();
/** The number of each image in the dataset, by its pixels. */
const NUMBERS = new Map(
  Array.from(
    { length: shapes.count },
    (_, image) => [PIXELS.subarray(image * ROW, (image + 1) * ROW).join(), image],
  ),
);

Deno.test.afterAll(() => {
  shapes.close();
  Deno.removeSync(cacheFolder, { recursive: true });
});

/** A dataset that tells which rows it was asked for. */
function watched(fail: (call: number) => boolean = () => false) {
  const asked: number[][] = [];
  const dataset: Dataset = {
    ...shapes,
    rows: async (indices) => {
      asked.push(Array.from(indices));
      if (fail(asked.length)) throw new Error(`the disk broke at read ${asked.length}`);
      return await shapes.rows(indices);
    },
  };
  return { asked, dataset };
}

async function open(
  place: "resident" | "streamed",
  options: { seed?: number; batchSize?: number; dataset?: Dataset } = {},
): Promise<Batches> {
  const { seed = 1, batchSize = BATCH, dataset = shapes } = options;
  const residentBytes = place === "resident" ? dataset.bytes : dataset.bytes - 1;
  const batches = await createBatches(dataset, { batchSize, seed, residentBytes });
  assertEquals(batches.resident, place === "resident");
  return batches;
}

/** The pixels of a step's images, row by row. */
async function pixelsAt(batches: Batches, step: number): Promise<Uint8Array[]> {
  const batch = await batches.at(step);
  const images = tf.tidy(() => batches.images(batch.images));
  const { shape } = images;
  const pixels = Uint8Array.from(await images.data());
  tf.dispose([batch.images, batch.labels, images]);
  assertEquals(shape.slice(1), [SIDE, SIDE, 3]);
  return Array.from({ length: shape[0] }, (_, row) => pixels.slice(row * ROW, (row + 1) * ROW));
}

/** The numbers of the images of a step in the dataset, found by their pixels. */
async function imagesAt(batches: Batches, step: number): Promise<number[]> {
  return (await pixelsAt(batches, step)).map((row) => NUMBERS.get(row.join())!);
}

/** The images of steps in a row, from a new start. */
async function visited(
  place: "resident" | "streamed",
  options: { seed?: number; steps: number[] },
): Promise<number[][]> {
  const batches = await open(place, options);
  const images: number[][] = [];
  for (const step of options.steps) images.push(await imagesAt(batches, step));
  batches.dispose();
  return images;
}

const EPOCH = [0, 1, 2];

Deno.test("the tests' images can be told apart", () => {
  assertEquals([shapes.count, NUMBERS.size], [20, 20]);
});

for (const place of ["resident", "streamed"] as const) {
  Deno.test(`${place} batches are full, and an epoch sees an image at most once`, async () => {
    const batches = await open(place);
    assertEquals(batches.perEpoch, 3);
    batches.dispose();
    for (const first of [0, 3, 30]) {
      const epoch = await visited(place, { steps: EPOCH.map((step) => first + step) });
      for (const images of epoch) assertEquals(images.length, BATCH); // none is left over
      assertEquals(new Set(epoch.flat()).size, 18);
    }
  });

  Deno.test(`${place} batches visit every image within a few epochs`, async () => {
    const epochs = await visited(place, { steps: Array.from({ length: 24 }, (_, step) => step) });
    assertEquals(new Set(epochs.flat()).size, 20);
  });

  Deno.test(`${place} batches go by seed and epoch alone`, async () => {
    const epochs = await visited(place, { steps: [0, 1, 2, 3, 4, 5] });
    assertEquals(await visited(place, { steps: [0, 1, 2, 3, 4, 5] }), epochs);
    assertNotEquals(epochs.slice(3), epochs.slice(0, 3));
    assertNotEquals(await visited(place, { steps: EPOCH, seed: 2 }), epochs.slice(0, 3));
  });

  Deno.test(`a mistake of others is not ours: ${place} batches begin anew on resuming`, async () => {
    const whole = await visited(place, { steps: [0, 1, 2, 3, 4, 5, 6, 7] });
    assertEquals(await visited(place, { steps: [4, 5, 6, 7] }), whole.slice(4));
  });

  Deno.test(`${place} batches may be asked for in any order, and again`, async () => {
    const steps = [0, 1, 7, 8, 2, 2, 0];
    const inOrder = await visited(place, { steps: [0, 1, 2, 3, 4, 5, 6, 7, 8] });
    assertEquals(await visited(place, { steps }), steps.map((step) => inOrder[step]));
  });

  Deno.test(`${place} batches become pixels within a compiled step, traced once`, async () => {
    const batches = await open(place);
    const step = compile((batch: tf.Tensor) => batches.images(batch), { optimizeGraph: false });
    for (const at of [0, 4]) {
      const batch = await batches.at(at);
      const images = await step(batch.images);
      const expected = (await pixelsAt(batches, at)).flatMap((row) => [...row]);
      assertEquals(Array.from(await images.data()), expected);
      tf.dispose([batch.images, batch.labels, images]);
    }
    assertEquals(step.traces, 1);
    step.dispose();
    batches.dispose();
  });

  Deno.test(`${place} batches leave no tensors behind`, async () => {
    const before = tf.memory().numTensors;
    await visited(place, { steps: EPOCH });
    assertEquals(tf.memory().numTensors, before);
  });
}

for (const place of ["resident", "streamed"] as const) {
  Deno.test(`${place} batches come with their labels, or with −1 where none is known`, async () => {
    const labels = Int32Array.from({ length: shapes.count }, (_, image) => 100 + image);
    const residentBytes = place === "resident" ? Infinity : 0;
    const options = { batchSize: BATCH, seed: 1, residentBytes };
    const known = await createBatches(shapes, { ...options, labels });
    const unknown = await createBatches(shapes, options);
    for (const index of [0, 1, 5, 4]) {
      const [batch, bare] = [await known.at(index), await unknown.at(index)];
      const images = await imagesAt(known, index);
      assertEquals(Array.from(await batch.labels.data()), images.map((image) => 100 + image));
      assertEquals(Array.from(await bare.labels.data()), images.map(() => -1));
      tf.dispose([batch.images, batch.labels, bare.images, bare.labels]);
    }
    known.dispose();
    unknown.dispose();
  });
}

Deno.test("resident and streamed batches have the same pixels, byte for byte", async () => {
  const [resident, streamed] = [await open("resident"), await open("streamed")];
  for (const step of [0, 1, 2, 3, 11]) {
    assertEquals(await pixelsAt(streamed, step), await pixelsAt(resident, step));
  }
  resident.dispose();
  streamed.dispose();
});

Deno.test("one batch may be the whole dataset", async () => {
  for (const place of ["resident", "streamed"] as const) {
    const batches = await open(place, { batchSize: 20 });
    assertEquals(batches.perEpoch, 1);
    for (const step of [0, 1]) assertEquals(new Set(await imagesAt(batches, step)).size, 20);
    batches.dispose();
  }
});

Deno.test("streaming reads the next step ahead, once, and finds its way after a jump", async () => {
  const { asked, dataset } = watched();
  const expected = await visited("streamed", { steps: [0, 1, 2, 3, 9, 10, 11] });
  const batches = await open("streamed", { dataset });
  assertEquals(asked, []); // nothing before it is asked for
  for (const step of [0, 1, 2]) {
    assertEquals(await imagesAt(batches, step), expected[step]);
    assertEquals(asked, expected.slice(0, step + 2)); // into the next epoch too
  }
  assertEquals(await imagesAt(batches, 9), expected[4]);
  assertEquals(await imagesAt(batches, 10), expected[5]);
  assertEquals(asked, expected);
  batches.dispose();
});

Deno.test("a read ahead that fails is an error of the step that needs it", async () => {
  const { dataset } = watched((call) => call === 2);
  const batches = await open("streamed", { dataset });
  assertEquals((await pixelsAt(batches, 0)).length, BATCH);
  await new Promise((resolve) => setTimeout(resolve)); // unhandled, it would end the process here
  const error = await assertRejects(() => batches.at(1), Error);
  assert(error.message.includes("the disk broke at read 2"), error.message);
  batches.dispose();
});
