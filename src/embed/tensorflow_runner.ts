import {
  byRunningStatistics,
  encode,
  type Encoder,
  type ProjectionHead,
  projectionLayers,
} from "../model/mod.ts";
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

/** A projection head of which the first layers follow h. */
export interface HeadLayers {
  head: ProjectionHead;
  /** How many of its layers, from 1. */
  layer: number;
}

/**
 * Runs an encoder in inference mode on TensorFlow, as one compiled call for each batch size.
 *
 * @param encoder The encoder; the runner disposes of it in the end.
 * @param options.side The side of its images, in pixels.
 * @param options.maxBatch The most images of a call.
 * @param options.precision The precision of convolutions.
 * @param options.behind What follows the encoder, in place of h; the runner disposes of it too.
 * @returns The runner; nothing is compiled yet.
 */
export function createTensorFlowRunner(
  encoder: Encoder,
  options: { side: number; maxBatch: number; precision: Precision; behind?: HeadLayers },
): EncoderRunner {
  const { side, maxBatch, precision, behind } = options;
  const dimension = behind ? behind.head.shape.layers[behind.layer - 1] : encoder.dimension;
  const sizes = batchSizes(maxBatch);
  const forward = compile(
    (pixels: tf.Tensor) => {
      const images = tf.div(toFloat(pixels), 255) as tf.Tensor4D; // [N, side, side, 3]
      const h = encode(encoder, images, { precision }); // [N, F]
      return behind ? headOutput(behind, h, precision) : h;
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
      return (await h.data() as Float32Array).slice(0, count * dimension); // [count, F]
    } finally {
      h.dispose();
    }
  }

  return {
    dimension,
    side,
    sizes,
    maxBatch,
    run,
    dispose() {
      forward.dispose();
      encoder.dispose();
      behind?.head.dispose();
    },
  };
}

function headOutput({ head, layer }: HeadLayers, h: tf.Tensor2D, precision: Precision) {
  const batchNorm = byRunningStatistics(head.parameters, head.state);
  return projectionLayers(head, h, { batchNorm, precision })[layer]; // [N, width]
}
