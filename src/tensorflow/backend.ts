import * as tf from "@tensorflow/tfjs";
import { LookalikeError } from "../errors.ts";
import type { OpAttribute } from "./attributes.ts";
import type { Binding } from "./binding.ts";
import type { Values } from "./native_tensors.ts";
import type { TensorMetadata } from "./recorder.ts";

/** The name under which TensorFlow.js knows the backend. */
export const BACKEND = "tensorflow";

/** What Lookalike uses of the backend of `@tensorflow/tfjs-node-gpu` (`NodeJSKernelBackend`). */
export interface NodeBackend {
  readonly binding: Binding;
  readonly tensorMap: {
    get(dataId: object): { id: number; dtype: number; values: Values | null };
  };
  /** The numbers of tensors, whose values are sent to the device first if they are still here. */
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  /** A tensor of TensorFlow.js for one of the binding. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/**
 * The backend that `startTensorFlow` registered.
 *
 * @returns The backend.
 * @throws {LookalikeError} `unavailable` if TensorFlow was not started.
 */
export function nodeBackend(): NodeBackend {
  if (tf.getBackend() !== BACKEND) {
    throw new LookalikeError(
      "unavailable",
      "Cannot compute as TensorFlow is not running: call startTensorFlow first.",
    );
  }
  return tf.backend() as unknown as NodeBackend;
}

/**
 * The numbers of tensors in the binding.
 *
 * @param tensors Any tensors of TensorFlow.js.
 * @returns A number each.
 */
export function idsOf(tensors: tf.Tensor[]): number[] {
  return nodeBackend().getInputTensorIds(tensors);
}
