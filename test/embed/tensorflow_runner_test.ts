import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { createEncoder, encode } from "../../src/model/mod.ts";
import { random } from "../../src/random.ts";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const SIDE = 8;
const ARCHITECTURE = { family: "resnet18", stem: "cifar", widthMultiplier: 1 / 16 } as const;

/** uint8 `[count, 8, 8, 3]`, a function of the seed. */
function noise(count: number, seed: number): Uint8Array {
  const source = random(seed);
  return Uint8Array.from({ length: count * SIDE * SIDE * 3 }, () => source.below(256));
}

Deno.test("runner: a batch of any size gives what the encoder gives, whatever is padded", async () => {
  const encoder = createEncoder(ARCHITECTURE, { seed: 3 });
  const runner = createTensorFlowRunner(encoder, { side: SIDE, maxBatch: 6, precision: "float32" });
  assertEquals(runner.sizes, [1, 2, 4, 6]);
  const pixels = noise(6, 1);
  const unpadded = compile((images: tf.Tensor) => encode(encoder, images as tf.Tensor4D), {
    optimizeGraph: false,
  });
  const images = tf.tensor4d(Float32Array.from(pixels, (value) => value / 255), [6, SIDE, SIDE, 3]);
  const h = await unpadded(images); // [6, F]
  const expected = await h.data();
  assert(Math.max(...expected) > 0.01);
  for (const count of [1, 2, 3, 5, 6]) {
    const found = await runner.run(pixels.subarray(0, count * SIDE * SIDE * 3), count);
    assertEquals(found.length, count * runner.dimension);
    found.forEach((value, at) => assertAlmostEquals(value, expected[at], 1e-4));
  }
  tf.dispose([images, h]);
  unpadded.dispose();
  runner.dispose();
});

Deno.test("runner: a thousand batches leave nothing on the device, and the end leaves no weights", async () => {
  const before = runtime.memory();
  const runner = createTensorFlowRunner(createEncoder(ARCHITECTURE, { seed: 3 }), {
    side: SIDE,
    maxBatch: 4,
    precision: "float32",
  });
  for (const size of runner.sizes) await runner.run(noise(size, 0), size);
  const warm = runtime.memory();
  for (let batch = 0; batch < 1000; batch++) {
    const count = 1 + batch % 4;
    await runner.run(noise(count, batch), count);
  }
  const after = runtime.memory();
  assertEquals([after.handles, after.tensors], [warm.handles, warm.tensors]);
  runner.dispose();
  await new Promise((resolve) => setTimeout(resolve, 10)); // traces are freed once no call is under way
  assertEquals(runtime.memory().tensors, before.tensors);
});
