import type { Manifest } from "../encoders/manifest.ts";
import { type NamedTensors, restoreEncoder, restoreProjectionHead } from "../model/mod.ts";
import type { Precision } from "../tensorflow/mod.ts";
import { checkLayer } from "./head_layer.ts";
import type { EncoderRunner } from "./runner.ts";
import { createTensorFlowRunner } from "./tensorflow_runner.ts";

/**
 * Puts a saved encoder on the device, with the first layers of its head where they are asked for.
 *
 * @param saved What the store loaded.
 * @param options.layer 0 (h) unless told, or the layer of the projection head, from 1.
 * @param options.maxBatch The most images of a call.
 * @param options.precision The precision of convolutions.
 * @returns The runner; nothing is compiled yet.
 * @throws {LookalikeError} `invalid_input` if there is no such layer; `damaged` if a tensor is
 * missing or of another shape; `out_of_memory` if the weights do not fit.
 */
export function createEncoderRunner(
  { manifest, tensors }: { manifest: Manifest; tensors: NamedTensors },
  options: { layer?: number; maxBatch: number; precision: Precision },
): EncoderRunner {
  const { maxBatch, precision } = options;
  const { architecture, head, inputSize: side } = manifest;
  const layer = checkLayer(manifest, options.layer ?? 0);
  const encoder = restoreEncoder(architecture, tensors);
  try {
    const behind = head && layer > 0
      ? { head: restoreProjectionHead(head, tensors), layer }
      : undefined;
    return createTensorFlowRunner(encoder, { side, maxBatch, precision, behind });
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}
