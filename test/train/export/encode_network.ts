import type { ExportedNetwork } from "../../../train/export/network.ts";
import {
  byRunningStatistics,
  encode,
  projectionLayers,
  restoreEncoder,
  restoreProjectionHead,
} from "../../../src/model/mod.ts";
import { tf } from "../../../src/tensorflow/mod.ts";

/**
 * What Lookalike itself makes of a network that is to leave it.
 *
 * @param network The network.
 * @param pixels uint8 `[N, S, S, 3]`, as many as make whole images.
 * @returns h, or what the layer gives, float32 `[N, width]`.
 */
export async function encodeNetwork(
  network: ExportedNetwork,
  pixels: Uint8Array,
): Promise<Float32Array> {
  const { architecture, inputSize: side, head: shape, layer, tensors } = network;
  const encoder = restoreEncoder(architecture, tensors);
  const head = layer > 0 ? restoreProjectionHead(shape!, tensors) : null;
  const features = tf.tidy(() => {
    const images = tf.tensor4d(
      Float32Array.from(pixels, (value) => value / 255),
      [pixels.length / (side * side * 3), side, side, 3],
    );
    const h = encode(encoder, images); // [N, F]
    if (head === null) return h;
    const batchNorm = byRunningStatistics(head.parameters, head.state);
    return projectionLayers(head, h, { batchNorm })[layer]; // [N, width]
  });
  const values = (await features.data() as Float32Array).slice();
  features.dispose();
  encoder.dispose();
  head?.dispose();
  return values;
}
