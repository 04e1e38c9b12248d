import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  byRunningStatistics,
  createEncoder,
  createProjectionHead,
  encode,
  project,
} from "../../../src/model/mod.ts";
import { random } from "../../../src/random.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { createFeatureReader } from "../../../train/ablate/features.ts";

await startTensorFlow({ device: "cpu" });

const SIDE = 8;
const COUNT = 251; // one more than a call takes
const source = random(5);
const pixels = Uint8Array.from({ length: COUNT * SIDE * SIDE * 3 }, () => source.below(256));
const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 } as const;

Deno.test("h and z of every image are what encoder and head say of it, and nothing is left behind", async () => {
  const before = tf.memory().numTensors;
  const encoder = createEncoder(architecture, { seed: 1 });
  const head = createProjectionHead({
    ...{ kind: "nonlinear", layers: 2, width: 16, output: 6, seed: 2 },
    input: encoder.dimension,
  });
  const reader = createFeatureReader({ encoder, head }, { side: SIDE, precision: "float32" });
  const { h, z } = await reader.read(pixels);
  assertEquals([reader.dimensions.h, reader.dimensions.z], [encoder.dimension, 6]);
  assertEquals([h.length, z.length], [COUNT * encoder.dimension, COUNT * 6]);

  const expected = tf.tidy(() => {
    const last = pixels.subarray((COUNT - 1) * SIDE * SIDE * 3);
    const images = tf.tensor4d(Float32Array.from(last, (v) => v / 255), [1, SIDE, SIDE, 3]);
    const h = encode(encoder, images);
    const batchNorm = byRunningStatistics(head.parameters, head.state);
    return { h: h.dataSync(), z: project(head, h, { batchNorm }).dataSync() };
  });
  expected.h.forEach((value, at) =>
    assertAlmostEquals(h[(COUNT - 1) * encoder.dimension + at], value, 1e-5)
  );
  expected.z.forEach((value, at) => assertAlmostEquals(z[(COUNT - 1) * 6 + at], value, 1e-5));
  assert(z.some((value) => value !== z[0]));
  reader.dispose();

  const without = createFeatureReader({ encoder, head: null }, {
    side: SIDE,
    precision: "float32",
  });
  const plain = await without.read(pixels);
  assertEquals(plain.z, plain.h); // z is h where there is no head
  without.dispose();
  head.dispose();
  encoder.dispose();
  assertEquals(tf.memory().numTensors, before);
});
