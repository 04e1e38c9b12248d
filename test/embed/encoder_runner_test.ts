import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createEncoderRunner } from "../../src/embed/encoder_runner.ts";
import type { Manifest } from "../../src/encoders/manifest.ts";
import { LookalikeError } from "../../src/errors.ts";
import {
  byRunningStatistics,
  createEncoder,
  createProjectionHead,
  encode,
  projectionLayers,
} from "../../src/model/mod.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const SIDE = 8;
const COUNT = 3;
const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 1 / 16 } as const;
const encoder = createEncoder(architecture, { seed: 3 });
const head = createProjectionHead({ input: 32, layers: 2, width: 24, output: 16, seed: 5 });
const tensors = new Map([...await encoder.snapshot(), ...await head.snapshot()]);
const manifest = {
  ...{ name: "tiny", version: "1", dimension: 32, inputSize: SIDE },
  ...{ architecture, head: head.shape },
} as unknown as Manifest;
const OPTIONS = { maxBatch: 4, precision: "float32" } as const;

Deno.test("encoder runner: each layer gives what the head makes of h there", async () => {
  const source = random(1);
  const pixels = Uint8Array.from({ length: COUNT * SIDE * SIDE * 3 }, () => source.below(256));
  const expected = tf.tidy(() => {
    const images = tf.tensor4d(Float32Array.from(pixels, (v) => v / 255), [COUNT, SIDE, SIDE, 3]);
    const batchNorm = byRunningStatistics(head.parameters, head.state);
    return projectionLayers(head, encode(encoder, images), { batchNorm });
  });
  for (const [layer, dimension] of [32, 24, 16].entries()) {
    const runner = createEncoderRunner({ manifest, tensors }, { ...OPTIONS, layer });
    assertEquals(runner.dimension, dimension);
    const found = await runner.run(pixels, COUNT);
    const values = await expected[layer].data();
    assertEquals(found.length, COUNT * dimension);
    assert(values.some((value) => Math.abs(value) > 0.01));
    found.forEach((value, at) => assertAlmostEquals(value, values[at], 1e-4));
    runner.dispose();
  }
  tf.dispose(expected);
});

Deno.test("encoder runner: what is not there is refused, and leaves no weights on the device", () => {
  const { tensors: before } = runtime.memory();
  const refused = (saved: Manifest, layer: number) =>
    assertThrows(
      () => createEncoderRunner({ manifest: saved, tensors }, { ...OPTIONS, layer }),
      LookalikeError,
    ) as LookalikeError;
  const absent = refused(manifest, 5);
  assertEquals([absent.code, absent.param], ["invalid_input", "layer"]);
  assertEquals(
    absent.message,
    "Cannot embed by layer 5 of tiny@1 as it must be 0 to 2: it is 5.",
  );
  assertEquals(
    refused({ ...manifest, head: undefined }, 1).message,
    "Cannot embed by layer 1 of tiny@1 as it must be 0, for the encoder keeps no head: it is 1.",
  );
  const wider = { ...manifest, head: { input: 32, layers: [25, 16] } };
  assertEquals(refused(wider, 1).code, "damaged");
  assertEquals(runtime.memory().tensors, before);
});
