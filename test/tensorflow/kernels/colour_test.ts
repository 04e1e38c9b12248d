import { assertAlmostEquals, assertThrows } from "@std/assert";
import { hsvToRgb, rgbToHsv, startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { uniforms } from "./tensors.ts";

await startTensorFlow({ device: "cpu" });

const known: Record<string, [rgb: number[], hsv: number[]]> = {
  red: [[1, 0, 0], [0, 1, 1]],
  yellow: [[1, 1, 0], [1 / 6, 1, 1]],
  green: [[0, 1, 0], [1 / 3, 1, 1]],
  blue: [[0, 0, 1], [2 / 3, 1, 1]],
  "dark pink": [[0.5, 0.25, 0.375], [11 / 12, 0.5, 0.5]],
  gray: [[0.25, 0.25, 0.25], [0, 0, 0.25]],
  black: [[0, 0, 0], [0, 0, 0]],
};

for (const [name, [rgb, hsv]] of Object.entries(known)) {
  Deno.test(`${name} is hue, saturation and value, and back`, async () => {
    const near = (actual: ArrayLike<number>, expected: number[]) =>
      expected.forEach((value, at) => assertAlmostEquals(actual[at], value, 1e-6));
    near(await rgbToHsv(tf.tensor2d([rgb])).data(), hsv);
    near(await hsvToRgb(tf.tensor2d([hsv])).data(), rgb);
  });
}

Deno.test("any colour comes back from hue, saturation and value", async () => {
  const images = uniforms<tf.Rank.R4>([4, 16, 16, 3], 1);
  const hsv = rgbToHsv(images);
  const [back, given] = [await hsvToRgb(hsv).data(), await images.data()];
  given.forEach((value, at) => assertAlmostEquals(back[at], value, 1e-6));
  const changed = tf.max(tf.abs(tf.sub(hsv, images))).dataSync()[0];
  assertAlmostEquals(changed, 1, 0.5); // hsv is not rgb over again
});

Deno.test("colours have no gradient, and say so", () => {
  assertThrows(() => tf.grad((x) => rgbToHsv(x))(tf.ones([1, 3])), Error, "gradient");
  assertThrows(() => tf.grad((x) => hsvToRgb(x))(tf.ones([1, 3])), Error, "gradient");
});
