/**
 * The training step of `deno task pretrain`, timed. Speaks as torch_step.py does: reads from standard
 * input how many steps to take, a number a line, and answers each with one JSON line,
 * `{ ms: [of each step], loss: of the last, peakBytes: of the process }`.
 *
 *   echo 5 | deno run -A bench/pretrain_step/lookalike_step.ts --precision bfloat16
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Precision, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { createBatches } from "../../train/batches.ts";
import { resolveConfig } from "../../train/config.ts";
import type { Dataset } from "../../train/dataset/mod.ts";
import { createLearner } from "../../train/learner.ts";
import { scaledLearningRate } from "../../train/optimizer/learning_rate.ts";

const { values } = parseArgs({
  options: {
    precision: { type: "string", default: "float32" },
    "batch-size": { type: "string", default: "64" },
    width: { type: "string", default: "64" },
    threads: { type: "string", default: "0" },
  },
});
const precision = values.precision as Precision;
await startTensorFlow({ device: "cpu", threads: Number(values.threads) });

const config = resolveConfig({
  batchSize: values["batch-size"],
  widthMultiplier: Number(values.width) / 64,
  optimizer: "lars",
  learningRate: 0.075,
  learningRateScaling: "sqrt",
});
const { batchSize, seed, imageSize } = config;
const batches = await createBatches(noise(4096, imageSize), {
  batchSize,
  seed,
  residentBytes: Infinity,
});
const learner = createLearner(config, { batches, precision });
const rate = scaledLearningRate(config.learningRate, { batchSize, scaling: "sqrt" });

let step = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const ms: number[] = [];
  let loss = NaN;
  for (let i = 0; i < Number(line); i++) {
    const started = performance.now();
    loss = await train(step++);
    ms.push(performance.now() - started);
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ ms, loss, peakBytes }));
}

/** As train/pretrain.ts takes a step, and reads the loss each time, as the peer does. */
async function train(step: number): Promise<number> {
  const { images, labels } = await batches.at(step);
  const inputs = [images, labels, tf.tensor1d([seed, step], "int32"), tf.scalar(rate)] as const;
  const { loss, z } = await learner.step(...inputs);
  const [value] = await loss.data();
  tf.dispose([...inputs, loss, z]);
  return value;
}

/** Images that need no file: what they show does not matter to the time. */
function noise(count: number, side: number): Dataset {
  const bytes = count * side * side * 3;
  const pixels = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65536) crypto.getRandomValues(pixels.subarray(at, at + 65536));
  return {
    ...{ count, side, bytes, labels: null, whyUnlabelled: "They are noise.", classes: [] },
    ...{ names: [], skipped: [], decoded: 0 },
    all: () => Promise.resolve(pixels),
    rows: () => Promise.reject(new Error("All images lie on the device.")),
    close: () => {},
    [Symbol.dispose]: () => {},
  };
}
