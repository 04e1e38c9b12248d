import { assert, assertEquals } from "@std/assert";
import { createEncoder, encode, type EncoderArchitecture } from "../../src/model/mod.ts";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { assertClose, uniforms } from "../tensorflow/kernels/tensors.ts";

await startTensorFlow({ device: "cpu" });

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];
const plain: EncoderArchitecture = {
  family: "resnet18",
  stem: "imagenet",
  widthMultiplier: 0.0625,
};

Deno.test("an encoder with a normalization takes images as one without takes normalised ones", async () => {
  const images = uniforms<tf.Rank.R4>([2, 40, 40, 3], 1);
  const normalised = tf.tensor4d(
    (await images.data() as Float32Array).map((value, at) =>
      (value - MEAN[at % 3]) / DEVIATION[at % 3]
    ),
    images.shape,
  );
  const normalization = { mean: MEAN, deviation: DEVIATION };
  const encoder = createEncoder({ ...plain, normalization }, { seed: 1 });
  const without = createEncoder(plain, { seed: 1 });
  const expected = encode(without, normalised);
  assert(Math.max(...await expected.data()) > 0.1);

  const compiled = compile((x: tf.Tensor) => encode(encoder, x as tf.Tensor4D));
  const before = tf.memory().numTensors;
  const eager = encode(encoder, images);
  assertEquals(tf.memory().numTensors, before + 1);
  const traced = await compiled(images);
  for (const h of [eager, traced]) assertClose(await h.data(), await expected.data(), 1e-5);
  compiled.dispose();
  tf.dispose([images, normalised, expected, eager, traced]);
  encoder.dispose();
  without.dispose();
});
