import type { tf } from "../../src/tensorflow/mod.ts";
import type { Batches } from "../batches.ts";
import type { ClassifierNetwork, NetworkOutputs } from "./classifier_network.ts";

/** What unlabelled images add to each step of a training with labels, until it is disposed of. */
export interface UnlabelledLoss {
  /** The unlabelled images; in place of labels their own numbers, from 0. */
  readonly batches: Batches;
  /** By what its value is multiplied before it is added to the cross-entropy of the labelled. */
  readonly weight: number;
  /** Of a batch in 0 … 255, float32 `[M, H, W, 3]`: views in 0 … 1, float32 `[V, S, S, 3]`. */
  views(images: tf.Tensor4D, options: { size: number; seed: tf.Tensor1D }): tf.Tensor4D;
  /** The loss of these views' outputs; `numbers` are those of the batch's images, int32 `[M]`. */
  of(network: ClassifierNetwork, outputs: NetworkOutputs, numbers: tf.Tensor1D): tf.Scalar;
  /** Frees what lies on the device. */
  dispose(): void;
}
