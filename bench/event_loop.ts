/**
 * How long the event loop stands still while a compiled step or a large embedding batch runs:
 * `deno task bench:event-loop`. ResNet-18 at width 1, a training step of 64 images and an embedding of
 * 256, each several times; a timer that should fire every 5 ms measures the delays.
 */
import { createTensorFlowRunner } from "../src/embed/tensorflow_runner.ts";
import { createEncoder } from "../src/model/mod.ts";
import { startTensorFlow, tf, toFloat } from "../src/tensorflow/mod.ts";
import { resolveConfig } from "../train/config.ts";
import { createLearner } from "../train/learner.ts";

const TICK_MS = 5;
const RUNS = 3;

const runtime = await startTensorFlow({ device: "auto" });
const config = resolveConfig({ batchSize: 64 });
const learner = createLearner(config, {
  batches: { images: (batch) => toFloat(batch as tf.Tensor4D) },
  precision: "float32",
});
const images = tf.zeros([64, 32, 32, 3]);
const labels = tf.fill<tf.Rank.R1>([64], -1, "int32");
const step = async (number: number) => {
  const seed = tf.tensor1d([0, number], "int32");
  const { loss } = await learner.step(images, labels, seed, tf.scalar(0.1));
  await loss.data();
};
const encoder = createEncoder(learner.encoder.architecture, { seed: 0 });
const runner = createTensorFlowRunner(encoder, { side: 32, maxBatch: 256, precision: "float32" });
const pixels = new Uint8Array(256 * 32 * 32 * 3);

await step(0); // traced here, which runs on this thread
await runner.run(pixels, 256);
console.log(
  `TensorFlow ${runtime.version} on ${runtime.device}, ${navigator.hardwareConcurrency} cores`,
);
await watch("training step, 64 images, width 1", (run) => step(run + 1));
await watch("embedding, 256 images, width 1", async () => void await runner.run(pixels, 256));

async function watch(what: string, run: (number: number) => Promise<void>): Promise<void> {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  const start = performance.now();
  for (let number = 0; number < RUNS; number++) await run(number);
  const milliseconds = (performance.now() - start) / RUNS;
  clearInterval(timer);
  console.log(
    `${what}: ${milliseconds.toFixed(0)} ms, worst stall of the event loop ${worst.toFixed(1)} ms`,
  );
}
