import { random } from "../random.ts";
import { type Precision, tf } from "../tensorflow/mod.ts";
import type { EncoderArchitecture } from "./architecture.ts";
import { type BatchNorm, byRunningStatistics } from "./batch_norm.ts";
import {
  assignTensors,
  disposeVariables,
  type NamedTensors,
  type NamedVariables,
  toTensors,
  toVariables,
} from "./named_tensors.ts";
import { resnet, resnetDimension, resnetTensors } from "./resnet.ts";

/** A network f with its weights on the device. */
export interface Encoder {
  readonly architecture: EncoderArchitecture;
  /** F, the length of h. */
  readonly dimension: number;
  /** What gradients move, by torchvision's names. */
  readonly parameters: NamedVariables;
  /** The running statistics of batch norm, by torchvision's names. */
  readonly state: NamedVariables;
  /** Copies all of it from the device. */
  snapshot(): Promise<NamedTensors>;
  /** Frees its variables. */
  dispose(): void;
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
  const tensors = resnetTensors(architecture, random(options.seed));
  const parameters = toVariables(tensors.parameters);
  const state = toVariables(tensors.state);
  return {
    architecture,
    dimension: resnetDimension(architecture),
    parameters,
    state,
    snapshot: () => toTensors(new Map([...parameters, ...state])),
    dispose() {
      disposeVariables(parameters);
      disposeVariables(state);
    },
  };
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
  const encoder = createEncoder(architecture, { seed: 0 });
  try {
    assignTensors(new Map([...encoder.parameters, ...encoder.state]), tensors);
    return encoder;
  } catch (error) {
    encoder.dispose();
    throw error;
  }
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
