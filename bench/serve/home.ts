import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { saveRandomEncoder } from "../../test/e2e/home.ts";

const SIDE = 32;
const WIDTHS = { wide: 1, small: 0.25 };

/**
 * A home with encoders of random weights, which compute as long as trained ones: ResNet-18 for images
 * of 32 pixels at width 1, and at a quarter of it.
 *
 * @param names Which of them.
 * @returns Its path and the encoders' names; disposing of it removes it.
 */
export async function benchHome(names: (keyof typeof WIDTHS)[] = ["wide", "small"]) {
  await startTensorFlow({ device: "cpu", threads: 1 });
  const path = await Deno.makeTempDir();
  for (const name of names) {
    const widthMultiplier = WIDTHS[name];
    const encoder = await saveRandomEncoder(path, { name, side: SIDE, widthMultiplier, seed: 1 });
    encoder.dispose();
  }
  return {
    path,
    wide: "wide@1",
    small: "small@1",
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
