import type { Random } from "../random.ts";
import { conv2d, type Precision, relu, tf } from "../tensorflow/mod.ts";
import type { EncoderArchitecture } from "./architecture.ts";
import type { BatchNorm } from "./batch_norm.ts";
import { constant, heNormal } from "./initial_values.ts";
import type { NamedTensors, NamedVariables } from "./named_tensors.ts";

/** Channels of the four stages at width 1×, and the blocks in each (He et al., arXiv 1512.03385). */
const STAGES = [64, 128, 256, 512];
const BLOCKS = 2;
const COLOURS = 3;

/** A residual block of two 3×3 convolutions. */
interface Block {
  name: string;
  input: number;
  output: number;
  stride: number;
}

/**
 * The length of h.
 *
 * @param architecture Its width multiplier w counts.
 * @returns F = 512·w.
 */
export function resnetDimension(architecture: EncoderArchitecture): number {
  return channels(STAGES[STAGES.length - 1], architecture);
}

/**
 * Draws the parameters of a ResNet, named as in torchvision; kernels lie as TensorFlow has them,
 * `[k, k, in, out]`.
 *
 * @param architecture The network.
 * @param source Where the numbers come from.
 * @returns What gradients move (parameters), and the running statistics of batch norm (state).
 */
export function resnetTensors(
  architecture: EncoderArchitecture,
  source: Random,
): { parameters: NamedTensors; state: NamedTensors } {
  const parameters: NamedTensors = new Map();
  const state: NamedTensors = new Map();
  const convolution = (name: string, shape: [number, number, number, number]) =>
    parameters.set(`${name}.weight`, heNormal(shape, source));
  const norm = (name: string, width: number) => {
    parameters.set(`${name}.weight`, constant([width], 1));
    parameters.set(`${name}.bias`, constant([width], 0));
    state.set(`${name}.running_mean`, constant([width], 0));
    state.set(`${name}.running_var`, constant([width], 1));
  };
  const stem = channels(STAGES[0], architecture);
  convolution("conv1", [3, 3, COLOURS, stem]);
  norm("bn1", stem);
  for (const { name, input, output, stride } of blocks(architecture)) {
    convolution(`${name}.conv1`, [3, 3, input, output]);
    norm(`${name}.bn1`, output);
    convolution(`${name}.conv2`, [3, 3, output, output]);
    norm(`${name}.bn2`, output);
    if (stride !== 1 || input !== output) {
      convolution(`${name}.downsample.0`, [1, 1, input, output]);
      norm(`${name}.downsample.1`, output);
    }
  }
  return { parameters, state };
}

/**
 * The network f of SimCLR (arXiv 2002.05709 §2.1), h = f(x): a ResNet-18 with the stem for small
 * images (§B.9: 3×3, stride 1, no pooling), averaged over positions.
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
  const convolve = (x: tf.Tensor4D, name: string, stride = 1) =>
    conv2d(x, parameters.get(`${name}.weight`) as tf.Tensor4D, { stride, precision });

  let y = relu(batchNorm(convolve(x, "conv1"), "bn1")); // [N, H, W, 64w]
  for (const { name, input, output, stride } of blocks(architecture)) {
    const shortcut = stride !== 1 || input !== output
      ? batchNorm(convolve(y, `${name}.downsample.0`, stride), `${name}.downsample.1`)
      : y;
    y = relu(batchNorm(convolve(y, `${name}.conv1`, stride), `${name}.bn1`));
    y = batchNorm(convolve(y, `${name}.conv2`), `${name}.bn2`);
    y = relu(tf.add(y, shortcut)); // [N, H/s, W/s, output]
  }
  return tf.mean(y, [1, 2]); // [N, F]
}

function channels(width: number, architecture: EncoderArchitecture): number {
  return Math.max(1, Math.round(width * architecture.widthMultiplier));
}

function blocks(architecture: EncoderArchitecture): Block[] {
  let input = channels(STAGES[0], architecture);
  return STAGES.flatMap((width, stage) =>
    Array.from({ length: BLOCKS }, (_, index) => {
      const output = channels(width, architecture);
      const stride = index === 0 && stage > 0 ? 2 : 1;
      const block = { name: `layer${stage + 1}.${index}`, input, output, stride };
      input = output;
      return block;
    })
  );
}
