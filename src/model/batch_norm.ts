import { batchNormInference, batchNormTraining, tf } from "../tensorflow/mod.ts";
import { constant } from "./initial_values.ts";
import type { NamedVariables, StoredTensor } from "./named_tensors.ts";
import type { WeightShapes } from "./weights.ts";

/** Normalises a layer's output; the name says which γ, β and statistics are meant (`layer1.0.bn1`). */
export type BatchNorm = (x: tf.Tensor4D, name: string) => tf.Tensor4D;

/** What a batch said of one layer, to be mixed into its running statistics. */
export interface BatchStatistics {
  name: string;
  /** float32 `[C]`. */
  mean: tf.Tensor1D;
  /** Unbiased, float32 `[C]`. */
  variance: tf.Tensor1D;
}

/** How far a batch moves the running statistics, as in PyTorch (TensorFlow's momentum of 0.9). */
const MOMENTUM = 0.1;

/**
 * Adds the weights of a batch norm to those of a network.
 *
 * @param shapes The network's, which it joins at the end.
 * @param layer Its name, its channels, and whether it has an offset β; it has unless told.
 */
export function addBatchNorm(
  shapes: WeightShapes,
  layer: { name: string; width: number; offset?: boolean },
): void {
  const { name, width, offset = true } = layer;
  shapes.parameters.set(`${name}.weight`, [width]);
  if (offset) shapes.parameters.set(`${name}.bias`, [width]);
  shapes.state.set(`${name}.running_mean`, [width]);
  shapes.state.set(`${name}.running_var`, [width]);
}

/**
 * The values that a vector of a batch norm begins with.
 *
 * @param name Of the vector, such as `layer1.0.bn1.weight`.
 * @param shape `[C]`.
 * @returns 1 everywhere for γ and the variance, 0 for β and the mean.
 */
export function initialBatchNorm(name: string, shape: number[]): StoredTensor {
  return constant(shape, /\.(weight|running_var)$/.test(name) ? 1 : 0);
}

/**
 * Batch normalisation by running statistics: for inference, and for encoders that are frozen.
 *
 * @param parameters Holds `NAME.weight` (γ) and `NAME.bias` (β); a missing β is 0.
 * @param state Holds `NAME.running_mean` and `NAME.running_var`.
 * @returns The normalisation.
 */
export function byRunningStatistics(parameters: NamedVariables, state: NamedVariables): BatchNorm {
  return (x, name) =>
    batchNormInference(x, affine(parameters, name), {
      mean: state.get(`${name}.running_mean`) as tf.Tensor1D,
      variance: state.get(`${name}.running_var`) as tf.Tensor1D,
    });
}

/**
 * Batch normalisation by the batch's own statistics: for training.
 *
 * @param parameters Holds `NAME.weight` (γ) and `NAME.bias` (β); a missing β is 0.
 * @param collected Receives each layer's statistics, for {@linkcode updateRunningStatistics}.
 * @returns The normalisation.
 */
export function byBatchStatistics(
  parameters: NamedVariables,
  collected: BatchStatistics[],
): BatchNorm {
  return (x, name) => {
    const { y, mean, variance } = batchNormTraining(x, affine(parameters, name));
    collected.push({ name, mean, variance });
    return y;
  };
}

/**
 * Mixes what a batch said into the running statistics, and disposes it.
 *
 * @param state Holds `NAME.running_mean` and `NAME.running_var`.
 * @param collected What {@linkcode byBatchStatistics} collected.
 */
export function updateRunningStatistics(
  state: NamedVariables,
  collected: BatchStatistics[],
): void {
  const mix = (name: string, batch: tf.Tensor1D) => {
    const running = state.get(name)!;
    tf.tidy(() => running.assign(tf.add(running, tf.mul(tf.sub(batch, running), MOMENTUM))));
    batch.dispose();
  };
  for (const { name, mean, variance } of collected) {
    mix(`${name}.running_mean`, mean);
    mix(`${name}.running_var`, variance);
  }
}

function affine(parameters: NamedVariables, name: string) {
  const scale = parameters.get(`${name}.weight`) as tf.Tensor1D;
  const offset = parameters.get(`${name}.bias`) as tf.Tensor1D | undefined;
  return { scale, offset: offset ?? tf.zeros<tf.Rank.R1>(scale.shape as [number]) };
}
