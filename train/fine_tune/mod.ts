/**
 * Classifiers on an encoder, trained with labels: the encoder frozen, fine-tuned, or from scratch.
 *
 * @module
 */
export { chooseLabels, type LabelBudget } from "./choose_labels.ts";
export type { HeadLayer } from "./classifier_network.ts";
export {
  type ClassifierProgress,
  LEAST_NORMALISING_BATCH,
  LEAST_STEPS,
  trainClassifier,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "./train_classifier.ts";
