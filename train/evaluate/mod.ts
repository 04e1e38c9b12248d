/**
 * How good an encoder is: classifiers on its frozen features or all of it fine-tuned, beside what needs
 * no training, or is trained from scratch.
 *
 * @module
 */
export {
  evaluate,
  type EvaluateOptions,
  type EvaluationReport,
  type ProtocolReport,
  USUAL_PROTOCOLS,
} from "./evaluate.ts";
export type { EvaluatedEncoder } from "./evaluated_encoder.ts";
export { evaluateFeatures } from "./evaluate_features.ts";
export { type Accuracies, type Evaluation, toEvaluation } from "./evaluation.ts";
export type { EvaluationProgress, OnProgress } from "./evaluation_progress.ts";
export { extractFeatures } from "./extract_features.ts";
export { isLabelled, type LabelledDataset, selectLabelled } from "./labelled_dataset.ts";
export {
  type LabelledSplits,
  type LabelledSplitsOptions,
  openLabelledSplits,
} from "./labelled_splits.ts";
export { type Measurement, measurementOf } from "./measurement.ts";
export { type FeatureSplits, probeScores } from "./probe_scores.ts";
export { parseProtocols, type Protocol, PROTOCOLS } from "./protocol.ts";
export { RAW_PIXELS_SIDE, rawPixels } from "./raw_pixels.ts";
export { renderEvaluation } from "./render_evaluation.ts";
export { renderReport } from "./render_report.ts";
export { type Spread, spreadOf } from "./spread.ts";
export type { TrainingSettings } from "./subjects.ts";
