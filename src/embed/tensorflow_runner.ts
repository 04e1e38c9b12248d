import { encode, type Encoder } from "../model/mod.ts";
import { compile, type Precision, tf, toFloat, uint8Tensor } from "../tensorflow/mod.ts";
import type { EncoderRunner } from "./runner.ts";

/**
 * The sizes in which batches are computed: 1, 2, 4 … and the largest. Each is compiled once; a batch
 * between two of them is padded, to less than twice its size.
 *
 * @param maxBatch The largest size.
 * @returns The sizes, ascending.
 *
 * @example
 * ```ts
 * import { batchSizes } from "./tensorflow_runner.ts";
 * console.assert(batchSizes(12).join() === "1,2,4,8,12");
 * ```
 */
export function batchSizes(maxBatch: number): number[] {
  const sizes: number[] = [];
  for (let size = 1; size < maxBatch; size *= 2) sizes.push(size);
  return [...sizes, maxBatch];
}

/**
 * Runs an encoder in inference mode on TensorFlow, as one compiled call for each batch size.
 *
 * @param encoder The encoder; the runner disposes of it in the end.
 * @param options.side The side of its images, in pixels.
 * @param options.maxBatch The most images of a call.
 * @param options.precision The precision of convolutions.
 * @returns The runner, not warmed yet.
 */
export function createTensorFlowRunner(
  encoder: Encoder,
  { side, maxBatch, precision }: { side: number; maxBatch: number; precision: Precision },
): EncoderRunner {
  const sizes = batchSizes(maxBatch);
  const forward = compile(
    (pixels: tf.Tensor) => {
      const images = tf.div(toFloat(pixels), 255) as tf.Tensor4D; // [N, side, side, 3]
      return encode(encoder, images, { precision }); // [N, F]
    },
    { name: "embed" },
  );

  async function run(pixels: Uint8Array, count: number): Promise<Float32Array> {
    const size = sizes.find((each) => each >= count)!;
    const padded = new Uint8Array(size * side * side * 3); // a row does not depend on others
    padded.set(pixels);
    const input = uint8Tensor(padded, [size, side, side, 3]);
    const h = await forward(input).finally(() => input.dispose()); // [size, F]
    try {
      return (await h.data() as Float32Array).slice(0, count * encoder.dimension); // [count, F]
    } finally {
      h.dispose();
    }
  }

  return {
    dimension: encoder.dimension,
    side,
    maxBatch,
    run,
    async warm() {
      for (const size of sizes) await run(new Uint8Array(size * side * side * 3), size);
    },
    dispose() {
      forward.dispose();
      encoder.dispose();
    },
  };
}
