import { random } from "../random.ts";
import { type Precision, tf } from "../tensorflow/mod.ts";
import type { EncoderArchitecture } from "./architecture.ts";
import { type BatchNorm, byRunningStatistics, initialBatchNorm } from "./batch_norm.ts";
import { heNormal } from "./initial_values.ts";
import type { NamedTensors } from "./named_tensors.ts";
import { resnet, resnetShapes } from "./resnet.ts";
import { resnetLayout } from "./resnet_layout.ts";
import { createWeights, restoreWeights, type Weights } from "./weights.ts";

/** A network f with its weights on the device, by torchvision's names. */
export interface Encoder extends Weights {
  readonly architecture: EncoderArchitecture;
  /** F, the length of h. */
  readonly dimension: number;
}

/**
 * An encoder with random weights.
 *
 * @param architecture What to build.
 * @param options The seed, of which the weights are a function.
 * @returns The encoder.
 *
 * @example
 * ```ts
 * import { startTensorFlow } from "../tensorflow/mod.ts";
 * import { createEncoder } from "./encoder.ts";
 * await startTensorFlow({ device: "cpu" });
 * const encoder = createEncoder({ family: "resnet18", stem: "cifar", widthMultiplier: 0.25 }, { seed: 1 });
 * console.assert(encoder.dimension === 128);
 * encoder.dispose();
 * ```
 */
export function createEncoder(
  architecture: EncoderArchitecture,
  options: { seed: number },
): Encoder {
  const source = random(options.seed);
  const weights = createWeights(
    resnetShapes(architecture),
    (name, shape) => isKernel(shape) ? heNormal(shape, source) : initialBatchNorm(name, shape),
  );
  return { architecture, dimension: resnetLayout(architecture).dimension, ...weights };
}

/**
 * An encoder with the given weights.
 *
 * @param architecture What to build.
 * @param tensors What {@linkcode Encoder.snapshot} gave.
 * @returns The encoder.
 * @throws {LookalikeError} `damaged` if a tensor is missing or of another shape.
 */
export function restoreEncoder(architecture: EncoderArchitecture, tensors: NamedTensors): Encoder {
  const weights = restoreWeights(resnetShapes(architecture), tensors);
  return { architecture, dimension: resnetLayout(architecture).dimension, ...weights };
}

/**
 * The representation h of images (arXiv 2002.05709 §2.1), in inference mode unless told otherwise.
 *
 * @param encoder The network.
 * @param images In 0 … 1, float32 `[N, H, W, 3]`.
 * @param options How batch norm normalises (running statistics unless told), and the precision of
 * convolutions.
 * @returns h, float32 `[N, F]`.
 */
export function encode(
  encoder: Encoder,
  images: tf.Tensor4D,
  options: { batchNorm?: BatchNorm; precision?: Precision } = {},
): tf.Tensor2D {
  const { architecture, parameters, state } = encoder;
  const { batchNorm = byRunningStatistics(parameters, state), precision = "float32" } = options;
  return tf.tidy(() => resnet(images, { architecture, parameters, batchNorm, precision }));
}

function isKernel(shape: number[]): shape is [number, number, number, number] {
  return shape.length === 4;
}
