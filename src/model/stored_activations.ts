import type { EncoderArchitecture } from "./architecture.ts";
import { layerSizes } from "./layer_sizes.ts";

/**
 * How many numbers of one view the forward pass of training keeps for the way back: what goes into
 * each convolution, each batch norm and the max-pooling. An estimate from below of the memory that a
 * view takes, in which what the way back itself needs for a moment is not counted.
 *
 * @param architecture The encoder.
 * @param imageSize The side of the view in pixels.
 * @returns Their number; each takes 4 bytes in float32 and 2 in bfloat16.
 */
export function storedActivations(architecture: EncoderArchitecture, imageSize: number): number {
  const { layers, pooled } = layerSizes(architecture, imageSize);
  const stem = layers[0].layer;
  let numbers = imageSize ** 2 * stem.input;
  if (pooled !== null) numbers += pooled ** 2 * stem.output;
  for (const { layer, before, after, hasRelu } of layers) {
    numbers += after ** 2 * layer.output * (hasRelu ? 2 : 1); // before batch norm, and after relu
    // Before a stride our convolution keeps its own copy with a border (kernels/convolution.ts).
    const border = layer.side - 1;
    if (layer.stride > 1 && border > 0) numbers += (before + border) ** 2 * layer.input;
  }
  return numbers;
}
