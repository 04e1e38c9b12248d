import { LookalikeError } from "../../src/errors.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { topAccuracy } from "../../src/probe/top_accuracy.ts";
import type { LabelledDataset } from "../evaluate/labelled_dataset.ts";
import { distil } from "./distil.ts";
import { type TrainedNetwork, trainNetwork } from "./train_network.ts";
import type { TrainingOptions } from "./training_options.ts";
import { type UnlabelledImages, unlabelledTerm } from "./unlabelled_images.ts";

/** What is trained, on what, and how; what is not given is as the paper has it. */
export interface TrainClassifierOptions extends TrainingOptions {
  /** What is tested on, once, at the end; its side is the network's. It may be empty. */
  test: LabelledDataset;
  /** Images without labels that take part; none unless told. */
  unlabelled?: UnlabelledImages;
}

/** A classifier at its last step, and what it says of the test images. */
export interface TrainedClassifier extends TrainedNetwork {
  /** The most probable class of each test image, int32 `[M]`. */
  predictions: Int32Array;
  /**
   * Share of test images whose class is the most probable, or among the five most probable; NaN where
   * there are none.
   */
  top1: number;
  top5: number;
}

/**
 * Trains a classifier on an encoder with labels, and tests it once, after the last step: whatever
 * happens on the way is decided without the test images.
 *
 * Unless told otherwise this is the fine-tuning of arXiv 2002.05709 appendix B.5: Nesterov's momentum
 * at 0.05·N/256, neither warm-up, decay nor regularisation, random crops and flips alone. The paper
 * takes batches of 4,096; here they are smaller, as there are fewer images.
 *
 * @param options What, on what, how.
 * @returns What the last step's classifier says of the test images, and its weights: a function of
 * the options, bit for bit on one machine, stopped and gone on with or not.
 * @throws {LookalikeError} `invalid_input` if a setting is out of range or the head has no such layer;
 * `not_finite` if the loss is no longer finite; `interrupted` if the signal ended it; `conflict` if
 * its checkpoint is of another training; `damaged` if that is not whole.
 */
export async function trainClassifier(options: TrainClassifierOptions): Promise<TrainedClassifier> {
  const { test, train, unlabelled, frozen } = options;
  if (frozen && unlabelled?.way === "contrastive") throw nothingToMove();
  const trained = unlabelled?.way === "distillation"
    ? await distil({ ...options, unlabelled, judged: test })
    : await trainNetwork({
      ...options,
      unlabelled: unlabelled ? unlabelledTerm(unlabelled, null) : null,
      judged: test,
    });
  const { probabilities } = trained;
  const { labels } = test;
  return {
    ...trained,
    predictions: mostProbable(probabilities, train.classes.length),
    top1: topAccuracy(probabilities, { labels, k: 1 }),
    top5: topAccuracy(probabilities, { labels, k: 5 }),
  };
}

function nothingToMove(): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    "Cannot learn from unlabelled images by contrast as the encoder must move: it is frozen.",
    { param: "unlabelled" },
  );
}
