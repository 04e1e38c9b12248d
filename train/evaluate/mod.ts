/**
 * How good an encoder is: classifiers on its frozen features, beside features that need no training.
 *
 * @module
 */
export { evaluate, type EvaluateOptions, type EvaluationProgress } from "./evaluate.ts";
export { evaluateFeatures, type FeatureSplits } from "./evaluate_features.ts";
export type { Accuracies, Evaluation } from "./evaluation.ts";
export { extractFeatures } from "./extract_features.ts";
export { RAW_PIXELS_SIDE, rawPixels } from "./raw_pixels.ts";
export { renderEvaluation } from "./render_evaluation.ts";
