import { conv2d, maxPool, type Precision, relu, tf } from "../tensorflow/mod.ts";
import type { EncoderArchitecture } from "./architecture.ts";
import { addBatchNorm, type BatchNorm } from "./batch_norm.ts";
import type { NamedVariables } from "./named_tensors.ts";
import { type ConvolutionLayer, resnetLayout } from "./resnet_layout.ts";
import type { WeightShapes } from "./weights.ts";

/**
 * The shapes of a ResNet's weights, named and ordered as in torchvision; kernels lie as TensorFlow
 * has them, `[k, k, in, out]`.
 *
 * @param architecture The network.
 * @returns What gradients move (parameters), and the running statistics of batch norm (state).
 */
export function resnetShapes(architecture: EncoderArchitecture): WeightShapes {
  const shapes: WeightShapes = { parameters: new Map(), state: new Map() };
  const { stem, blocks } = resnetLayout(architecture);
  const inBlocks = blocks.flatMap((
    { layers, downsample },
  ) => [...layers, ...(downsample ? [downsample] : [])]);
  for (const { name, norm, side, input, output } of [stem, ...inBlocks]) {
    shapes.parameters.set(`${name}.weight`, [side, side, input, output]);
    addBatchNorm(shapes, { name: norm, width: output });
  }
  return shapes;
}

/**
 * The network f of SimCLR (arXiv 2002.05709 §2.1), h = f(x): a ResNet, averaged over positions.
 *
 * @param x Images in 0 … 1, float32 `[N, H, W, 3]`.
 * @param network Its architecture, its parameters by name, how it normalises, and the precision of
 * its convolutions.
 * @returns h, float32 `[N, F]`.
 */
export function resnet(
  x: tf.Tensor4D,
  network: {
    architecture: EncoderArchitecture;
    parameters: NamedVariables;
    batchNorm: BatchNorm;
    precision: Precision;
  },
): tf.Tensor2D {
  const { architecture, parameters, batchNorm, precision } = network;
  const { stem, isPooled, blocks } = resnetLayout(architecture);
  const convolve = (x: tf.Tensor4D, { name, norm, stride }: ConvolutionLayer) => {
    const filter = parameters.get(`${name}.weight`) as tf.Tensor4D;
    return batchNorm(conv2d(x, filter, { stride, precision }), norm);
  };

  let y = relu(convolve(normalizeColours(x, architecture), stem)); // [N, H/s, W/s, 64w]
  if (isPooled) y = maxPool(y, { side: 3, stride: 2 }); // [N, H/2s, W/2s, 64w]
  for (const { layers, downsample } of blocks) {
    const shortcut = downsample ? convolve(y, downsample) : y;
    const last = layers.length - 1;
    for (const layer of layers.slice(0, last)) y = relu(convolve(y, layer));
    y = relu(tf.add(convolve(y, layers[last]), shortcut)); // [N, H', W', output]
  }
  return tf.mean(y, [1, 2]); // [N, F]
}

function normalizeColours(x: tf.Tensor4D, { normalization }: EncoderArchitecture): tf.Tensor4D {
  if (normalization === undefined) return x;
  const { mean, deviation } = normalization;
  return tf.div(tf.sub(x, mean), deviation); // [N, H, W, 3]
}
