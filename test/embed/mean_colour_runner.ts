import type { EncoderRunner } from "../../src/embed/runner.ts";
import type { ManifestInput } from "../../src/encoders/manifest.ts";

/** What a manifest of an encoder says that computes mean colours. */
export const MEAN_COLOURS: ManifestInput = {
  architecture: { family: "resnet18", stem: "cifar", widthMultiplier: 1 },
  inputSize: 2,
  preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
  dimension: 3,
  configuration: {},
  metrics: { knn: 0.5 },
  lookalikeVersion: "0",
};

/** An encoder without weights: h is an image's mean red, green and blue, so F is 3. */
export interface MeanColourRunner extends EncoderRunner {
  /** The sizes of the batches so far. */
  readonly batches: number[];
  /** Whether it was disposed of. */
  readonly disposed: () => boolean;
}

/**
 * A runner whose answers a test can work out by hand, and that holds its caller to the contract:
 * one call at a time, batches within bounds, none after its end.
 *
 * @param options.side The side of the images.
 * @param options.maxBatch The most images of a batch.
 * @param options.sizes The sizes that it pretends to compile; none unless told.
 * @param options.before What happens before each answer, by its number and size: a wait, a failure.
 * @returns The runner.
 */
export function createMeanColourRunner(
  { side = 2, maxBatch = 8, sizes = [], before = () => Promise.resolve() }: {
    side?: number;
    maxBatch?: number;
    sizes?: number[];
    before?: (batch: number, count: number) => Promise<void>;
  } = {},
): MeanColourRunner {
  const batches: number[] = [];
  let running = false;
  let disposed = false;
  return {
    dimension: 3,
    side,
    maxBatch,
    sizes,
    batches,
    disposed: () => disposed,
    async run(pixels, count) {
      if (running || disposed || count < 1 || count > maxBatch) {
        throw new Error(`contract: running ${running}, disposed ${disposed}, count ${count}`);
      }
      if (pixels.length !== count * side * side * 3) throw new Error(`contract: ${pixels.length}`);
      running = true;
      try {
        batches.push(count);
        await before(batches.length, count);
        return meanColours(pixels, count);
      } finally {
        running = false;
      }
    },
    dispose() {
      disposed = true;
    },
  };
}

/** The mean of each channel of each image, float32 `[count, 3]`. */
export function meanColours(pixels: Uint8Array, count: number): Float32Array {
  const perImage = pixels.length / count;
  const means = new Float32Array(count * 3);
  for (let at = 0; at < pixels.length; at++) {
    means[Math.floor(at / perImage) * 3 + at % 3] += pixels[at] / (perImage / 3);
  }
  return means;
}
