import type {
  EncoderArchitecture,
  NamedTensors,
  ProjectionHeadShape,
} from "../../src/model/mod.ts";

/** An encoder to evaluate, as the store has it. */
export interface EvaluatedEncoder {
  architecture: EncoderArchitecture;
  /** Its weights, and its head's where there is one. */
  tensors: NamedTensors;
  /** The side of the images that it takes, in pixels. */
  side: number;
  /** Its projection head, if that was kept. */
  head?: ProjectionHeadShape;
}
