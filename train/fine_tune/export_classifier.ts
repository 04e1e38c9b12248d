import type { LinearParameters } from "../../src/classifiers/classifiers.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { NamedTensors, ProjectionHeadShape } from "../../src/model/mod.ts";
import type { TrainedNetwork } from "./train_network.ts";

/** A trained network in two parts, as the stores keep them. */
export interface ExportedClassifier {
  /** Of an encoder's version: all weights and statistics but the classifier's. */
  encoder: { tensors: NamedTensors; head: ProjectionHeadShape | null };
  /** Of a classifier on that version's vectors of length 1, by the layer that it was trained on. */
  parameters: LinearParameters;
}

/**
 * Divides a trained network into an encoder and a classifier of its vectors at length 1. The network
 * classifies by W·(s·h/|h|) + b; s goes into W.
 *
 * @param trained The network, trained with `unitFeatures`.
 * @returns Its parts, which together say what it says.
 * @throws {LookalikeError} `invalid_input` if the length of h means something to it.
 */
export function exportClassifier(trained: TrainedNetwork): ExportedClassifier {
  const { length, head } = trained;
  if (length === null) {
    throw new LookalikeError(
      "invalid_input",
      "Cannot export the classifier as it must take vectors of length 1: it was trained without " +
        "unitFeatures.",
      { param: "unitFeatures" },
    );
  }
  const { "fc.weight": weight, "fc.bias": bias, ...rest } = Object.fromEntries(trained.tensors);
  const [dimension] = weight.shape;
  return {
    encoder: { tensors: new Map(Object.entries(rest)), head },
    parameters: {
      kind: "linear",
      mean: new Float32Array(dimension),
      std: new Float32Array(dimension).fill(1),
      weights: Float32Array.from(weight.data, (value) => value * length), // [F, C]
      bias: Float32Array.from(bias.data), // [C]
    },
  };
}
