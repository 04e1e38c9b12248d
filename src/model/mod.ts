/**
 * Encoders and projection heads: data and pure forward functions.
 *
 * @module
 */
export { type EncoderArchitecture, encoderArchitectureSchema } from "./architecture.ts";
export {
  type BatchNorm,
  type BatchStatistics,
  byBatchStatistics,
  byRunningStatistics,
  updateRunningStatistics,
} from "./batch_norm.ts";
export { createEncoder, encode, type Encoder, restoreEncoder } from "./encoder.ts";
export {
  assignTensors,
  disposeVariables,
  type NamedTensors,
  type NamedVariables,
  type StoredTensor,
  toTensors,
  toVariables,
} from "./named_tensors.ts";
export { createProjectionHead, project, type ProjectionHead } from "./projection_head.ts";
