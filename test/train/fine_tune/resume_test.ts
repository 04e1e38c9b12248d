import { assert, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  trainClassifier,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "../../../train/fine_tune/mod.ts";
import { colouredImages } from "./coloured_images.ts";
import { smallEncoder } from "./small_encoder.ts";

await startTensorFlow({ device: "cpu" });

const { architecture, tensors } = await smallEncoder();
const images = colouredImages(24, { seed: 2 });
const base: TrainClassifierOptions = {
  ...{ architecture, tensors, train: colouredImages(12), test: colouredImages(9, { seed: 1 }) },
  ...{ batchSize: 6, epochs: 3, learningRate: 0.5, schedule: "cosine", unitFeatures: true },
};

/** Stops before the step after `stops` steps, each time that it gets further, and goes on. */
async function inPieces(options: TrainClassifierOptions, stops: number[]) {
  const folder = await Deno.makeTempDir();
  const steps: number[] = [];
  const saved: number[] = [];
  const run = (stop: number) => {
    const end = new AbortController();
    return trainClassifier({
      ...options,
      signal: end.signal,
      checkpoints: { folder, every: 3600, onSaved: (step) => saved.push(step) },
      onProgress: ({ step }) => {
        steps.push(step);
        if (step === stop) end.abort();
      },
    });
  };
  try {
    for (const stop of stops) {
      const error = await assertRejects(() => run(stop), LookalikeError);
      assertEquals(error.code, "interrupted");
    }
    return { trained: await run(Infinity), again: await run(Infinity), steps, saved };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const numbers = ({ probabilities, predictions, losses, length, tensors }: TrainedClassifier) => ({
  ...{ probabilities, predictions, losses, length, tensors },
});

for (const way of ["none", "contrastive", "distillation"] as const) {
  Deno.test(`stopped and gone on with equals uninterrupted, bit for bit; unlabelled: ${way}`, async () => {
    const before = tf.memory().numTensors;
    const options = way === "none" ? base : { ...base, unlabelled: { way, images, batchSize: 8 } };
    const whole = await trainClassifier(options);
    const total = whole.losses.length;
    assertEquals(total, way === "distillation" ? 12 : 6);
    const stops = way === "distillation" ? [2, 6, 9] : [1, 4];
    const { trained, again, steps, saved } = await inPieces(options, stops);
    assertEquals(numbers(trained), numbers(whole));
    assertEquals(numbers(again), numbers(whole)); // what is done is not done again
    assertEquals(steps, Array.from({ length: total }, (_, step) => step + 1));
    assert(stops.every((stop) => saved.includes(stop)) && saved.at(-1) === total, `${saved}`);
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("a training does not go on from the checkpoint of another", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const checkpoints = { folder };
    await trainClassifier({ ...base, checkpoints });
    const relabelled = { ...base.train, labels: base.train.labels.toReversed() };
    const others: Partial<TrainClassifierOptions>[] = [
      { seed: 1 },
      { learningRate: 0.4 },
      { train: relabelled },
      { tensors: null },
      { unlabelled: { way: "contrastive", images } },
    ];
    for (const other of others) {
      const error = await assertRejects(
        () => trainClassifier({ ...base, ...other, checkpoints }),
        LookalikeError,
      );
      assertEquals(error.code, "conflict");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
