import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { applyGrayscale, drawGrayscale } from "../../../train/augment/grayscale.ts";
import { naiveGrayscale } from "./colour_oracle.ts";
import { assertNear, mean, noise, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

async function draw(views: number, probability: number, seed = [5, 6]): Promise<Float32Array> {
  const options = () => ({ probability, seed: tf.tensor1d(seed, "int32") });
  return await read(() => drawGrayscale(views, options()));
}

Deno.test("gray views have the luminance of their colours, and the others their colours", async () => {
  const pictures = noise([6, 4, 3, 3], { largest: 1, seed: 1 });
  const isGray = [1, 0, 0, 1, 1, 0];
  const views = await read(() =>
    applyGrayscale(tf.tensor4d(pictures.data, pictures.shape), tf.tensor1d(isGray))
  );
  isGray.forEach((gray, view) => {
    const [from, to] = [view * 36, view * 36 + 36];
    const before = pictures.data.slice(from, to);
    if (gray) assertNear(views.slice(from, to), naiveGrayscale(before), 1e-6);
    else assertEquals(views.slice(from, to), before);
  });
});

Deno.test("so many views turn gray as the probability says, each by its own draw", async () => {
  for (const probability of [0, 0.2, 1]) {
    const drawn = await draw(20_000, probability);
    assertAlmostEquals(mean(drawn), probability, 0.01);
    assertEquals([...new Set(drawn)].filter((value) => value !== 0 && value !== 1), []);
  }
  assertEquals(await draw(100, 0.5), await draw(100, 0.5));
  assertNotEquals(await draw(100, 0.5), await draw(100, 0.5, [5, 7]));
});
