import { openEncoderStore } from "../../src/encoders/store.ts";
import { createEncoder, type Encoder } from "../../src/model/mod.ts";

/** An encoder of random weights. */
export interface RandomEncoder {
  name: string;
  /** The side of its images, in pixels. */
  side: number;
  /** 1/16 unless told: small enough that embedding thousands takes seconds. */
  widthMultiplier?: number;
  seed: number;
}

/**
 * Saves a ResNet-18 of random weights, which computes as long as a trained one. TensorFlow must run.
 *
 * @param home Where the store is.
 * @param encoder What it is.
 * @returns The encoder, to be disposed of.
 */
export async function saveRandomEncoder(
  home: string,
  { name, side, widthMultiplier = 1 / 16, seed }: RandomEncoder,
): Promise<Encoder> {
  const architecture = { family: "resnet18", stem: "cifar", widthMultiplier } as const;
  const encoder = createEncoder(architecture, { seed });
  await openEncoderStore(home).save({
    name,
    tensors: await encoder.snapshot(),
    manifest: {
      architecture,
      inputSize: side,
      preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
      dimension: encoder.dimension,
      configuration: {},
      metrics: {},
      lookalikeVersion: "0",
    },
  });
  return encoder;
}

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
  const encoders = [];
  for (let seed = 5; seed < 5 + versions; seed++) {
    encoders.push(await saveRandomEncoder(home, { name, side, seed }));
  }
  return { home, encoders, [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }) };
}
