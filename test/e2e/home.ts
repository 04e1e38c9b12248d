import { openEncoderStore } from "../../src/encoders/store.ts";
import { createEncoder } from "../../src/model/mod.ts";

/** Small enough that embedding thousands takes seconds. */
const ARCHITECTURE = { family: "resnet18", stem: "cifar", widthMultiplier: 1 / 16 } as const;

/**
 * A home with versions of a small encoder, each of other random weights. TensorFlow must run.
 *
 * @param name The encoder's name.
 * @param options How many versions, and the side of their images.
 * @returns The home's folder and the encoders; disposing of it removes the folder.
 */
export async function homeWithEncoders(
  name: string,
  { versions = 1, side = 16 }: { versions?: number; side?: number } = {},
) {
  const home = await Deno.makeTempDir();
  const store = openEncoderStore(home);
  const encoders = [];
  for (let seed = 5; seed < 5 + versions; seed++) {
    const encoder = createEncoder(ARCHITECTURE, { seed });
    encoders.push(encoder);
    await store.save({
      name,
      tensors: await encoder.snapshot(),
      manifest: {
        architecture: ARCHITECTURE,
        inputSize: side,
        preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
        dimension: encoder.dimension,
        configuration: {},
        metrics: {},
        lookalikeVersion: "0",
      },
    });
  }
  return { home, encoders, [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }) };
}
