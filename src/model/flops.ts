import type { EncoderArchitecture } from "./architecture.ts";
import { layerSizes } from "./layer_sizes.ts";
import type { ProjectionHeadShape } from "./projection_head_shape.ts";

/**
 * Floating-point operations of one image's forward pass, those of convolutions and matrix products: 2
 * for each product that is added. Batch norm, relu and pooling come to about a hundredth of them.
 *
 * @param architecture The encoder.
 * @param options The side of the image in pixels; the projection head, if it is to count.
 * @returns Their number.
 *
 * @example
 * ```ts
 * import { forwardFlops } from "./flops.ts";
 * const architecture = { family: "resnet50", stem: "imagenet", widthMultiplier: 1 } as const;
 * console.assert(forwardFlops(architecture, { imageSize: 224 }) > 8e9);
 * ```
 */
export function forwardFlops(
  architecture: EncoderArchitecture,
  options: { imageSize: number; head?: ProjectionHeadShape },
): number {
  const { imageSize, head } = options;
  let products = 0;
  for (const { layer, after } of layerSizes(architecture, imageSize).layers) {
    products += layer.side ** 2 * layer.input * layer.output * after ** 2;
  }
  for (const [index, width] of head?.layers.entries() ?? []) {
    products += (head!.layers[index - 1] ?? head!.input) * width;
  }
  return 2 * products;
}

/**
 * Floating-point operations that one image costs in a step of SimCLR: two views, each forward once and
 * back at twice the price, for the gradients of inputs and of weights.
 *
 * @param architecture The encoder.
 * @param options The side of the views in pixels; the projection head.
 * @returns Their number; the loss and the update, which depend on the batch, are not in it.
 */
export function trainingFlops(
  architecture: EncoderArchitecture,
  options: { imageSize: number; head?: ProjectionHeadShape },
): number {
  const [VIEWS, FORWARD_AND_BACK] = [2, 3];
  return VIEWS * FORWARD_AND_BACK * forwardFlops(architecture, options);
}
