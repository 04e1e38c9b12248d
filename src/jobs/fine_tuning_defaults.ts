import type { FineTuningRequest } from "./job.ts";

/** What a training is told beside its method. */
export type Hyperparameters = FineTuningRequest["hyperparameters"];

/**
 * What counts where nothing else was said: the fine-tuning of arXiv 2002.05709 appendix B.5 at 1 % of
 * the labels (60 epochs; 188 steps on ImageNet), at the rate that was best on 500 labels of CIFAR-10,
 * with a cosine, where the paper has 0.05 and none.
 */
export const FINE_TUNING_DEFAULTS: Hyperparameters = {
  epochs: 60,
  leastSteps: 200,
  batchSize: 64,
  learningRate: 0.2,
  weightDecay: 0,
  unlabelled: "none",
  unlabelledWeight: 1,
};

/**
 * The share of labels that judge and do not teach where nobody has said it. A probe has none: it is
 * judged by cross-validation.
 */
export const HELD_OUT = 0.2;
