import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { random } from "../../../src/random.ts";
import { compile, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { oneView } from "../../../train/fine_tune/one_view.ts";

await startTensorFlow({ device: "cpu" });

const [COUNT, SIDE] = [6, 8];
const source = random(2);
const pixels = Float32Array.from({ length: COUNT * SIDE * SIDE * 3 }, () => source.below(256));

async function view(options: { cropArea: number; flipProbability: number; compiled?: boolean }) {
  const images = tf.tensor4d(pixels, [COUNT, SIDE, SIDE, 3]);
  const seed = tf.tensor1d([1, 2], "int32");
  const draw = (images: tf.Tensor4D, seed: tf.Tensor1D) =>
    tf.tidy(() => oneView(images, { ...options, size: SIDE, seed }));
  const compiled = compile(draw, { optimizeGraph: false });
  const x = options.compiled ? await compiled(images, seed) : draw(images, seed);
  const values = (await x.data() as Float32Array).slice();
  compiled.dispose();
  tf.dispose([images, seed, x]);
  return values;
}

Deno.test("a view of the whole image is the image, in 0 … 1; a flip of it the mirrored one", async () => {
  const whole = await view({ cropArea: 1, flipProbability: 0 });
  const flipped = await view({ cropArea: 1, flipProbability: 1 });
  for (let at = 0; at < pixels.length; at++) {
    const [colour, column, rest] = [at % 3, Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
    const mirrored = (rest * SIDE + SIDE - 1 - column) * 3 + colour;
    assertAlmostEquals(whole[at], pixels[at] / 255, 1e-6);
    assertAlmostEquals(flipped[at], pixels[mirrored] / 255, 1e-6);
  }
});

Deno.test("crops differ from image to image, and are the same bits compiled, without a leak", async () => {
  const before = tf.memory().numTensors;
  const options = { cropArea: 0.08, flipProbability: 0.5 };
  const eager = await view(options);
  assertEquals(await view({ ...options, compiled: true }), eager);
  assert(eager.every((value) => value >= 0 && value <= 1 + 1e-6));
  const size = SIDE * SIDE * 3;
  for (let image = 0; image < COUNT; image++) {
    const own = eager.subarray(image * size, (image + 1) * size);
    assert(own.some((value, at) => Math.abs(value - pixels[image * size + at] / 255) > 0.05));
  }
  assertEquals(tf.memory().numTensors, before);
});
