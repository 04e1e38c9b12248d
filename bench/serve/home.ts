import { createEncoder, type EncoderArchitecture } from "../../src/model/mod.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { VERSION } from "../../src/version.ts";

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
  for (const name of names) await save(path, name, WIDTHS[name]);
  return {
    path,
    wide: "wide@1",
    small: "small@1",
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

async function save(home: string, name: string, widthMultiplier: number): Promise<void> {
  const architecture: EncoderArchitecture = { family: "resnet18", stem: "cifar", widthMultiplier };
  const encoder = createEncoder(architecture, { seed: 1 });
  await openEncoderStore(home).save({
    name,
    tensors: await encoder.snapshot(),
    manifest: {
      architecture,
      inputSize: SIDE,
      preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
      dimension: encoder.dimension,
      configuration: {},
      metrics: {},
      lookalikeVersion: VERSION,
    },
  });
  encoder.dispose();
}
