import type { NamedTensors } from "../../src/encoders/safetensors.ts";
import type { EncoderArchitecture, ProjectionHeadShape } from "../../src/model/mod.ts";
import { resnetShapes } from "../../src/model/resnet.ts";

/** What leaves Lookalike: an encoder, and as much of its projection head as is wanted. */
export interface ExportedNetwork {
  architecture: EncoderArchitecture;
  /** The side of its square images, in pixels. */
  inputSize: number;
  /** The head, where it has one; its layers behind the last that is wanted do not leave. */
  head?: ProjectionHeadShape;
  /** How many layers of the head follow h; 0 is h itself. */
  layer: number;
  /** As the store keeps them, perhaps more than are needed. */
  tensors: NamedTensors;
}

/**
 * The weights that a network needs, by name.
 *
 * @param network The network.
 * @returns Its tensors, as the store keeps them, in the same order whatever theirs was.
 */
export function neededTensors(network: ExportedNetwork): NamedTensors {
  const { architecture, layer, tensors } = network;
  const { parameters, state } = resnetShapes(architecture);
  const ofHead = [...tensors.keys()].filter((name) => {
    const [, index] = name.match(/^head\.(?:bn)?(\d+)\./) ?? [];
    return index !== undefined && Number(index) < layer;
  }).sort();
  const names = [...parameters.keys(), ...state.keys(), ...ofHead];
  return new Map(names.map((name) => [name, tensors.get(name)!]));
}
