import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { createTensorFlowRunner } from "../../../src/embed/tensorflow_runner.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { createEncoder } from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { evaluate, type EvaluationProgress } from "../../../train/evaluate/mod.ts";

await startTensorFlow({ device: "cpu" });

const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 } as const;
const runnerOf = (seed: number) =>
  createTensorFlowRunner(createEncoder(architecture, { seed }), {
    side: 16,
    maxBatch: 32,
    precision: "float32",
  });

Deno.test("an evaluation measures the encoder, the untrained one and raw pixels, and leaks nothing", async () => {
  const cacheFolder = await Deno.makeTempDir();
  const runner = runnerOf(1);
  const other = runnerOf(2);
  try {
    const reports: EvaluationProgress[] = [];
    const options = {
      runner,
      architecture,
      source: "shapes",
      imagesPerClass: 12,
      testImagesPerClass: 5,
      cacheFolder,
    };
    const found = await evaluate({ ...options, onProgress: (report) => reports.push(report) });
    assertEquals(found.counts, { train: 120, test: 50, classes: 10 });
    for (const { linear, knn } of [found.encoder, found.untrained, found.rawPixels]) {
      assert(linear > 0 && linear < 1 && knn > 0 && knn < 1);
    }
    assertNotEquals(found.encoder, found.untrained); // other weights

    const stages = [...new Set(reports.map(({ stage }) => stage))];
    assertEquals(stages, ["decoding", "encoder", "untrained", "rawPixels"]);
    const encoding = reports.filter(({ stage }) => stage === "encoder").map(({ done }) => done);
    assertEquals(encoding, [32, 64, 96, 120, 152, 170]);

    const before = tf.memory().numTensors;
    assertEquals(await evaluate(options), found); // the same again
    assertEquals(tf.memory().numTensors, before);

    const beside = await evaluate({ ...options, runner: other });
    assertNotEquals(beside.encoder, found.encoder);
    assertEquals(beside, { ...found, encoder: beside.encoder });
  } finally {
    runner.dispose();
    other.dispose();
    await Deno.remove(cacheFolder, { recursive: true });
  }
});

Deno.test("images without labels cannot be evaluated on: the sentence says why", async () => {
  const folder = await Deno.makeTempDir();
  const runner = runnerOf(1);
  try {
    for (let i = 0; i < 20; i++) {
      await sharp({
        create: { width: 20, height: 20, channels: 3, background: { r: i, g: 0, b: 0 } },
      })
        .png()
        .toFile(`${folder}/${i}.png`);
    }
    const options = { runner, architecture, source: folder, cacheFolder: `${folder}/.cache` };
    const error = await assertRejects(() => evaluate(options), LookalikeError, "must have labels");
    assertEquals(error.code, "invalid_input");
  } finally {
    runner.dispose();
    await Deno.remove(folder, { recursive: true });
  }
});
