import { assert } from "@std/assert";
import { createEncoder, encode } from "../../src/model/mod.ts";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

/**
 * On a quiet machine the worst is a few milliseconds (bench/event_loop.ts says how many). Where others
 * are at work, the scheduler's own delays count in; a blocking call would stand still for all of it.
 */
const MOST_MS = 200;
const MOST_SHARE = 0.25;

Deno.test("the event loop goes on while a compiled function runs", async () => {
  const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 1 } as const;
  const encoder = createEncoder(architecture, { seed: 1 });
  const embed = compile((images: tf.Tensor4D) => encode(encoder, images), { name: "embed" });
  const images = tf.zeros([256, 32, 32, 3]) as tf.Tensor4D;
  (await embed(images)).dispose(); // the trace itself runs on this thread

  let last = performance.now();
  let worst = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 5);
    last = now;
  }, 5);
  const start = performance.now();
  const h = await embed(images);
  await h.data();
  const total = performance.now() - start;
  clearInterval(timer);
  tf.dispose([images, h]);
  embed.dispose();
  encoder.dispose();

  const said = `the event loop stood still for ${worst.toFixed(0)} of ${total.toFixed(0)} ms`;
  assert(worst < Math.max(MOST_MS, MOST_SHARE * total), said);
});
