import {
  byRunningStatistics,
  encode,
  type Encoder,
  projectionLayers,
} from "../../src/model/mod.ts";
import type { ProjectionHead } from "../../src/model/mod.ts";
import { compile, type Precision, tf, toFloat, uint8Tensor } from "../../src/tensorflow/mod.ts";

/** Reads h and z of images, in inference mode. */
export interface FeatureReader {
  /** Lengths of h and z. */
  dimensions: { h: number; z: number };
  /**
   * @param pixels uint8 `[N, S, S, 3]`.
   * @returns float32 `[N, F]` and `[N, D]`; z is h where there is no head.
   */
  read(pixels: Uint8Array): Promise<{ h: Float32Array; z: Float32Array }>;
  dispose(): void;
}

/** Images a call. */
const BATCH = 250;

/**
 * Reads the representation h and the projection z = g(h) of a network.
 *
 * @param network The encoder and its head; null where there is none.
 * @param options The side of the images in pixels, and the precision.
 * @returns The reader; the network outlives it.
 */
export function createFeatureReader(
  network: { encoder: Encoder; head: ProjectionHead | null },
  options: { side: number; precision: Precision },
): FeatureReader {
  const { encoder, head } = network;
  const { side, precision } = options;
  const forward = compile((pixels: tf.Tensor) =>
    tf.tidy(() => {
      const images = tf.div(toFloat(pixels), 255) as tf.Tensor4D; // [N, S, S, 3]
      const h = encode(encoder, images, { precision }); // [N, F]
      if (!head) return { h, z: h.clone() };
      const batchNorm = byRunningStatistics(
        new Map([...encoder.parameters, ...head.parameters]),
        new Map([...encoder.state, ...head.state]),
      );
      const layers = projectionLayers(head, h, { batchNorm, precision });
      return { h, z: layers[layers.length - 1].clone() }; // [N, D]
    }), { name: "features" });
  const imageBytes = side * side * 3;
  const dimensions = { h: encoder.dimension, z: 0 };
  return {
    dimensions,
    async read(pixels) {
      const count = pixels.length / imageBytes;
      const rows: Record<"h" | "z", Float32Array[]> = { h: [], z: [] };
      for (let start = 0; start < count; start += BATCH) {
        const padded = new Uint8Array(BATCH * imageBytes); // one trace serves all
        padded.set(pixels.subarray(start * imageBytes, (start + BATCH) * imageBytes));
        const input = uint8Tensor(padded, [BATCH, side, side, 3]);
        const output = await forward(input).finally(() => input.dispose());
        dimensions.z = output.z.shape[1]!;
        for (const name of ["h", "z"] as const) {
          rows[name].push(await output[name].data() as Float32Array);
        }
        tf.dispose(output);
      }
      return {
        h: joined(rows.h, count * dimensions.h),
        z: joined(rows.z, count * dimensions.z),
      };
    },
    dispose: () => forward.dispose(),
  };
}

function joined(pieces: Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length);
  let filled = 0;
  for (const piece of pieces) {
    const rest = piece.subarray(0, length - filled); // without what was padded
    whole.set(rest, filled);
    filled += rest.length;
  }
  return whole;
}
