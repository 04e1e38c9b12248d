import type { EncoderArchitecture } from "./architecture.ts";
import { type ConvolutionLayer, resnetLayout } from "./resnet_layout.ts";

/** A convolution of a ResNet and the sides of the squares that go in and come out, in pixels. */
export interface LayerSize {
  layer: ConvolutionLayer;
  before: number;
  after: number;
  /** Whether a relu follows its batch norm, or the sum that its batch norm goes into. */
  hasRelu: boolean;
}

/**
 * How large each layer's images are: what costs are counted from.
 *
 * @param architecture The network.
 * @param imageSize The side of the images in pixels.
 * @returns A size for each convolution, and the side of the max-pooled images, where there are any.
 */
export function layerSizes(
  architecture: EncoderArchitecture,
  imageSize: number,
): { layers: LayerSize[]; pooled: number | null } {
  const { stem, isPooled, blocks } = resnetLayout(architecture);
  const sizes: LayerSize[] = [];
  const add = (layer: ConvolutionLayer, before: number, hasRelu = true) => {
    const after = Math.ceil(before / layer.stride); // as every layer is padded by half its kernel
    sizes.push({ layer, before, after, hasRelu });
    return after;
  };
  let side = add(stem, imageSize);
  if (isPooled) side = Math.ceil(side / 2);
  const pooled = isPooled ? side : null;
  for (const { layers, downsample } of blocks) {
    const before = side;
    for (const layer of layers) side = add(layer, side);
    if (downsample) add(downsample, before, false);
  }
  return { layers: sizes, pooled };
}
