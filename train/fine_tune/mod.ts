/**
 * Classifiers on an encoder, trained with labels: the encoder frozen, fine-tuned, or from scratch;
 * with images without labels beside them or not.
 *
 * @module
 */
export { chooseLabels, type LabelBudget } from "./choose_labels.ts";
export type { HeadLayer } from "./classifier_network.ts";
export { exportClassifier, type ExportedClassifier } from "./export_classifier.ts";
export type { CheckpointOptions } from "./network_checkpoint.ts";
export {
  trainClassifier,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "./train_classifier.ts";
export {
  type ClassifierProgress,
  LEAST_NORMALISING_BATCH,
  LEAST_STEPS,
} from "./training_options.ts";
export { UNLABELLED_DEFAULTS, type UnlabelledImages } from "./unlabelled_images.ts";
