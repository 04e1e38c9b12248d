import { random } from "../random.ts";
import { type Precision, relu, tf } from "../tensorflow/mod.ts";
import { addBatchNorm, type BatchNorm, initialBatchNorm } from "./batch_norm.ts";
import { dense } from "./dense.ts";
import { normal } from "./initial_values.ts";
import type { NamedTensors } from "./named_tensors.ts";
import {
  type ProjectionHeadOptions,
  type ProjectionHeadShape,
  projectionHeadShape,
} from "./projection_head_shape.ts";
import { createWeights, restoreWeights, type Weights, type WeightShapes } from "./weights.ts";

/** The network g, which the paper throws away after pretraining. */
export interface ProjectionHead extends Weights {
  readonly shape: ProjectionHeadShape;
}

/**
 * A projection head with random weights (arXiv 2002.05709 §4.2): layers without bias, batch norm
 * behind each, as in the reference implementation, where the last has no offset.
 *
 * @param options Kind, sizes, and the seed, of which the weights are a function.
 * @returns The head.
 * @throws {LookalikeError} `invalid_input` if a nonlinear head has fewer than 2 layers.
 */
export function createProjectionHead(
  options: ProjectionHeadOptions & { seed: number },
): ProjectionHead {
  const shape = projectionHeadShape(options);
  const source = random(options.seed, 1);
  const last = layerName(shape.layers.length - 1);
  const weights = createWeights(headShapes(shape), (name, [input, ...rest]) => {
    if (rest.length === 0) return initialBatchNorm(name, [input]);
    const gain = name === `${last}.weight` ? 1 : 2; // relu takes half of a hidden layer's variance
    return normal([input, ...rest], { deviation: Math.sqrt(gain / input), source });
  });
  return { shape, ...weights };
}

/**
 * A projection head with the given weights.
 *
 * @param shape Its sizes, as {@linkcode ProjectionHead.shape} has them.
 * @param tensors What {@linkcode ProjectionHead.snapshot} gave; others among them are left alone.
 * @returns The head.
 * @throws {LookalikeError} `damaged` if a tensor is missing or of another shape.
 */
export function restoreProjectionHead(
  shape: ProjectionHeadShape,
  tensors: NamedTensors,
): ProjectionHead {
  return { shape, ...restoreWeights(headShapes(shape), tensors) };
}

/**
 * The projection z = g(h) (arXiv 2002.05709 §2.1).
 *
 * @param head The network.
 * @param h float32 `[M, F]`.
 * @param options How batch norm normalises, and the precision of matrix products.
 * @returns z, float32 `[M, D]`, not normalised.
 */
export function project(
  head: ProjectionHead,
  h: tf.Tensor2D,
  options: { batchNorm: BatchNorm; precision?: Precision },
): tf.Tensor2D {
  return tf.tidy(() => projectionLayers(head, h, options).at(-1)!); // [M, D]
}

/**
 * What every layer of a projection head gives: h, then behind each layer's batch norm, and behind
 * relu but for the last, which is z.
 *
 * @param head The network.
 * @param h float32 `[M, F]`.
 * @param options How batch norm normalises, and the precision of matrix products.
 * @returns One tensor more than the head has layers, float32 `[M, width]`, each the caller's own.
 */
export function projectionLayers(
  head: ProjectionHead,
  h: tf.Tensor2D,
  options: { batchNorm: BatchNorm; precision?: Precision },
): tf.Tensor2D[] {
  const { batchNorm, precision } = options;
  return tf.tidy(() => {
    const outputs = [h.clone()]; // [M, F]
    for (const [index, width] of head.shape.layers.entries()) {
      const weight = head.parameters.get(`${layerName(index)}.weight`) as tf.Tensor2D;
      const y = dense(outputs[index], weight, { precision }); // [M, width]
      const places = tf.reshape(y, [y.shape[0], 1, 1, width]) as tf.Tensor4D;
      const normalised = batchNorm(places, normName(index)).reshape(y.shape) as tf.Tensor2D;
      outputs.push(index < head.shape.layers.length - 1 ? relu(normalised) : normalised);
    }
    return outputs;
  });
}

/**
 * The shapes of a head's weights.
 *
 * @param shape The head's.
 * @returns What gradients move (parameters), and the running statistics of batch norm (state).
 */
export function headShapes(shape: ProjectionHeadShape): WeightShapes {
  const { input, layers } = shape;
  const shapes: WeightShapes = { parameters: new Map(), state: new Map() };
  for (const [index, width] of layers.entries()) {
    shapes.parameters.set(`${layerName(index)}.weight`, [layers[index - 1] ?? input, width]);
    addBatchNorm(shapes, { name: normName(index), width, offset: index < layers.length - 1 });
  }
  return shapes;
}

function layerName(index: number): string {
  return `head.${index}`;
}

function normName(index: number): string {
  return `head.bn${index}`;
}
