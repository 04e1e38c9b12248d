import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../train/checkpoint.ts";
import { type PretrainConfig, resolveConfig } from "../../train/config.ts";
import { openTrainingImages, type TrainingImages } from "../../train/open_training_images.ts";
import { pretrain } from "../../train/pretrain.ts";
import type { Progress, Reporter } from "../../train/report.ts";

await startTensorFlow({ device: "cpu" });

const config = resolveConfig({
  imageSize: 16,
  widthMultiplier: 0.0625,
  imagesPerClass: 8,
  batchSize: 16,
  epochs: 2,
  learningRate: 2,
  warmupEpochs: 0.5,
  reportEvery: 2,
  probeEvery: 1,
  seed: 3,
});

/** A home with a few shapes, and reporters that remember. */
async function withRun(
  body: (run: { images: TrainingImages; home: string }) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  const images = await openTrainingImages("shapes", {
    side: config.imageSize,
    imagesPerClass: 8,
    cacheFolder: join(home, "cache"),
  });
  try {
    await body({ images, home });
  } finally {
    images[Symbol.dispose]();
    await Deno.remove(home, { recursive: true });
  }
}

function reporter(onProgress: (progress: Progress) => void = () => {}): Reporter {
  return { progress: onProgress, activity: () => {}, say: () => {} };
}

async function train(
  images: TrainingImages,
  folder: string,
  options: { config?: PretrainConfig; stopAt?: number } = {},
): Promise<Checkpoint> {
  const stop = new AbortController();
  const { learner } = await pretrain(options.config ?? config, {
    ...{ id: "run", source: "shapes", folder, precision: "float32" },
    checkpoint: await readCheckpoint(folder),
    dataset: images.train,
    heldOut: images.heldOut,
    report: reporter(({ step }) => {
      if (step >= (options.stopAt ?? Infinity)) stop.abort();
    }),
    signal: stop.signal,
  });
  learner.dispose();
  return (await readCheckpoint(folder))!;
}

Deno.test("a resumed run equals an uninterrupted one, bit for bit", async () => {
  await withRun(async ({ images, home }) => {
    const whole = await train(images, join(home, "whole"));
    assertEquals([whole.step, whole.finished], [10, true]);

    const stopped = await train(images, join(home, "halves"), { stopAt: 4 });
    assertEquals([stopped.step, stopped.finished], [4, false]);
    const resumed = await train(images, join(home, "halves"));

    assertEquals([resumed.step, resumed.finished], [10, true]);
    assertEquals([...resumed.tensors.keys()], [...whole.tensors.keys()]);
    for (const [name, { data }] of whole.tensors) {
      assertEquals(bits(resumed.tensors.get(name)!.data), bits(data), name);
    }
    const losses = ({ history }: Checkpoint) => history.map(({ step, loss }) => [step, loss]);
    assertEquals(losses(resumed), losses(whole));
  });
});

Deno.test("training moves every weight, lowers the loss and measures kNN", async () => {
  await withRun(async ({ images, home }) => {
    const config8 = { ...config, epochs: 8 };
    const first = await train(images, join(home, "run"), { config: config8, stopAt: 2 });
    const last = await train(images, join(home, "run"), { config: config8 });
    for (const [name, { data }] of first.tensors) {
      const after = last.tensors.get(name)!.data;
      assert(data.some((value, at) => value !== after[at]), `${name} never moved`);
    }
    const losses = last.history.map(({ loss }) => loss);
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    assert(mean(losses.slice(-4)) < mean(losses.slice(0, 4)), `the loss went ${losses}`);
    assert(last.history.at(-1)!.knn! >= 0 && last.history.at(-1)!.knn! <= 1);
  });
});

Deno.test("a loss that is not finite ends the run and keeps the last good checkpoint", async () => {
  await withRun(async ({ images, home }) => {
    const folder = join(home, "run");
    const good = await train(images, folder, { stopAt: 2 });
    good.tensors.get("conv1.weight")!.data.fill(1e38);
    await writeCheckpoint(folder, good); // a state from which the next loss is not finite
    const error = await assertRejects(() => train(images, folder), LookalikeError);
    assertEquals(error.code, "not_finite");
    assert(error.message.includes("--learning-rate"), error.message);
    assertEquals((await readCheckpoint(folder))!.step, good.step);
  });
});

Deno.test("a state that is not finite is never written", async () => {
  await withRun(async ({ images, home }) => {
    const folder = join(home, "run");
    const good = await train(images, folder, { stopAt: 2 });
    good.tensors.get("bn1.weight")!.data[0] = NaN;
    const error = await assertRejects(
      () => writeCheckpoint(folder, { ...good, step: 9 }),
      LookalikeError,
    );
    assert(error.message.includes("bn1.weight"), error.message);
    assertEquals((await readCheckpoint(folder))!.step, good.step);
  });
});

Deno.test("a run does not go on with other settings or other images", async () => {
  await withRun(async ({ images, home }) => {
    const folder = join(home, "run");
    await train(images, folder, { stopAt: 2 });
    const other = { ...config, temperature: 0.1 };
    const settings = await assertRejects(
      () => train(images, folder, { config: other }),
      LookalikeError,
    );
    assert(settings.message.includes("temperature was 0.5 and is 0.1"), settings.message);
    using more = await openTrainingImages("shapes", {
      side: config.imageSize,
      imagesPerClass: 9,
      cacheFolder: join(home, "cache"),
    });
    const others = await assertRejects(() => train(more, folder), LookalikeError);
    assert(others.message.includes("images were others"), others.message);
  });
});

Deno.test("a damaged checkpoint is refused by name", async () => {
  await withRun(async ({ images, home }) => {
    const folder = join(home, "run");
    const { step } = await train(images, folder, { stopAt: 2 });
    const file = `step-${String(step).padStart(8, "0")}.safetensors`;
    const bytes = await Deno.readFile(join(folder, file));
    bytes[bytes.length - 5] ^= 1;
    await Deno.writeFile(join(folder, file), bytes);
    const error = await assertRejects(() => readCheckpoint(folder), LookalikeError);
    assertEquals(error.code, "damaged");
    assert(error.message.includes(file), error.message);
  });
});

Deno.test("a batch larger than the dataset is refused", async () => {
  await withRun(async ({ images, home }) => {
    const large = { ...config, batchSize: 1000 };
    const error = await assertRejects(
      () => train(images, join(home, "run"), { config: large }),
      LookalikeError,
    );
    assert(error.message.includes("80 images as a batch takes 1000"), error.message);
  });
});

function bits(data: ArrayBufferView): Uint32Array {
  return new Uint32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
}
