/**
 * Encoders, projection heads and classifiers: data, pure forward functions, and what they cost.
 *
 * @module
 */
export { type EncoderArchitecture, encoderArchitectureSchema, stemFor } from "./architecture.ts";
export {
  type BatchNorm,
  type BatchStatistics,
  byBatchStatistics,
  byRunningStatistics,
  updateRunningStatistics,
} from "./batch_norm.ts";
export { type Classifier, classify, createClassifier } from "./classifier.ts";
export { createEncoder, encode, type Encoder, restoreEncoder } from "./encoder.ts";
export { forwardFlops, trainingFlops } from "./flops.ts";
export {
  assignTensors,
  disposeVariables,
  type NamedTensors,
  type NamedVariables,
  type StoredTensor,
  toTensors,
  toVariables,
} from "./named_tensors.ts";
export { parameterCount } from "./parameter_count.ts";
export {
  createProjectionHead,
  project,
  type ProjectionHead,
  projectionLayers,
  restoreProjectionHead,
} from "./projection_head.ts";
export {
  type ProjectionHeadOptions,
  type ProjectionHeadShape,
  projectionHeadShape,
  projectionHeadShapeSchema,
} from "./projection_head_shape.ts";
export { storedActivations } from "./stored_activations.ts";
export type { Weights } from "./weights.ts";
