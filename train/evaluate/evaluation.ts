/** How often classifiers on some features are right, each from 0 to 1. */
export interface Accuracies {
  /** Multinomial logistic regression on standardised features. */
  linear: number;
  /** Weighted vote of the nearest neighbours. */
  knn: number;
}

/** What an evaluation found: an encoder beside what needs no training. */
export interface Evaluation {
  /** On h of the encoder. */
  encoder: Accuracies;
  /** On h of the same network with random weights. */
  untrained: Accuracies;
  /** On the pixels themselves. */
  rawPixels: Accuracies;
  /** How many images were learnt from and tested on, and how many classes the source has. */
  counts: { train: number; test: number; classes: number };
}
