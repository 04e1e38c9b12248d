import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../train/checkpoint.ts";
import { type PretrainConfig, resolveConfig } from "../../train/config.ts";
import { openTrainingImages, type TrainingImages } from "../../train/open_training_images.ts";
import { pretrain, type PretrainRun } from "../../train/pretrain.ts";
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
  options: { config?: PretrainConfig; stopAt?: number; start?: PretrainRun["start"] } = {},
): Promise<Checkpoint> {
  const stop = new AbortController();
  const { learner } = await pretrain(options.config ?? config, {
    ...{ id: "run", source: "shapes", folder, precision: "float32" },
    checkpoint: await readCheckpoint(folder),
    start: options.start,
    dataset: images.train,
    probed: images.probed,
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

Deno.test("a finished run is extended: it ends as the schedule of both parts has it", async () => {
  await withRun(async ({ images, home }) => {
    const folder = join(home, "run");
    const finished = await train(images, folder);
    const longer = { ...config, epochs: 4 };
    const extended = await train(images, folder, { config: longer });
    assertEquals([finished.step, extended.step, extended.finished], [10, 20, true]);
    assertEquals(extended.stretches, [{ fromStep: 0, epochs: 2 }, { fromStep: 10, epochs: 4 }]);
    assertEquals(extended.configuration.epochs, 4);
    const before = finished.history.length;
    assertEquals(extended.history.slice(0, before), finished.history);
    const rates = extended.history.map(({ learningRate }) => learningRate);
    const highest = Math.max(...rates.slice(before));
    assert(highest > rates[before - 1] && highest > rates.at(-1)!, `the rates went ${rates}`);

    // Stopped within the extension, it still ends at the same weights.
    const halves = join(home, "halves");
    await train(images, halves);
    await train(images, halves, { config: longer, stopAt: 14 });
    const resumed = await train(images, halves, { config: longer });
    for (const [name, { data }] of extended.tensors) {
      assertEquals(bits(resumed.tensors.get(name)!.data), bits(data), name);
    }
  });
});

Deno.test("a run is not shortened", async () => {
  await withRun(async ({ images, home }) => {
    await train(images, join(home, "run"));
    const shorter = { ...config, epochs: 1 };
    const error = await assertRejects(
      () => train(images, join(home, "run"), { config: shorter }),
      LookalikeError,
    );
    assertEquals(error.code, "conflict");
    assert(error.message.includes("epochs was 2 and is 1"), error.message);
  });
});

Deno.test("gradients of several batches make one update: as many steps as fit, other weights", async () => {
  await withRun(async ({ images, home }) => {
    const twice = { ...config, batchSize: 8, accumulationSteps: 2 };
    const added = await train(images, join(home, "added"), { config: twice });
    assertEquals([added.step, added.finished], [10, true]); // 80 images, 2 · 8 an update, 2 epochs
    const stopped = await train(images, join(home, "halves"), { config: twice, stopAt: 4 });
    assertEquals(stopped.step, 4);
    const resumed = await train(images, join(home, "halves"), { config: twice });
    for (const [name, { data }] of added.tensors) {
      assertEquals(bits(resumed.tensors.get(name)!.data), bits(data), name);
    }
  });
});

Deno.test("a run starts from the weights that it is given", async () => {
  await withRun(async ({ images, home }) => {
    const before = await train(images, join(home, "before"));
    const tiny = { ...config, learningRate: 1e-12 };
    const normalization = { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.2, 0.1] };
    const architecture = { ...before.architecture, normalization };
    const after = await train(images, join(home, "after"), {
      config: tiny,
      start: { encoder: "before@1", architecture, tensors: before.tensors },
    });
    assertEquals(after.architecture, architecture); // with what no option can say
    assertEquals(after.startedFrom, "before@1");
    const kernel = (checkpoint: Checkpoint) =>
      checkpoint.tensors.get("layer1.0.conv1.weight")!.data;
    kernel(after).forEach((value, at) => assert(Math.abs(value - kernel(before)[at]) < 1e-6));
  });
});

Deno.test("labels teach where the loss takes them, and are asked for where there are none", async () => {
  await withRun(async ({ images, home }) => {
    for (const loss of ["cross-entropy", "supervised-contrastive"] as const) {
      const labelled: PretrainConfig = {
        ...{ ...config, loss, labelsPerClass: 4, epochs: 4, optimizer: "sgd", learningRate: 1 },
        projectionHead: loss === "cross-entropy" ? "none" : "linear",
      };
      const { history, tensors } = await train(images, join(home, loss), { config: labelled });
      assert(history.at(-1)!.loss < history[0].loss, `${loss} went from ${history[0].loss}`);
      assertEquals(tensors.has("fc.weight"), loss === "cross-entropy");
      assertEquals(history[0].views === null, loss === "cross-entropy");
    }
    const blind = { ...images, train: { ...images.train, labels: null, whyUnlabelled: "None." } };
    const supervised = { ...config, loss: "supervised-contrastive" as const };
    const error = await assertRejects(
      () => train(blind, join(home, "blind"), { config: supervised }),
      LookalikeError,
    );
    assertEquals([error.code, error.param], ["invalid_input", "loss"]);
  });
});

Deno.test("training leaves no tensors behind", async () => {
  await withRun(async ({ images, home }) => {
    await train(images, join(home, "first"));
    const before = tf.memory().numTensors;
    await train(images, join(home, "second"));
    await train(images, join(home, "added"), { config: { ...config, accumulationSteps: 2 } });
    assertEquals(tf.memory().numTensors, before);
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
    const { knn, linear, views } = last.history.at(-1)!;
    for (const share of [knn!, linear!]) assert(share >= 0 && share <= 1, `${share}`);
    const { positiveSimilarity, hardestNegativeSimilarity, effectiveRank } = views!;
    assert(positiveSimilarity > 0 && hardestNegativeSimilarity <= 1);
    assert(effectiveRank > 1 && effectiveRank <= config.projectionDimension);
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
