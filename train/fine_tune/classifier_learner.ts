import { type BatchStatistics, updateRunningStatistics } from "../../src/model/mod.ts";
import { compile, type Compiled, softmaxCrossEntropy, tf } from "../../src/tensorflow/mod.ts";
import type { Batches } from "../batches.ts";
import { sgd } from "../optimizer/sgd.ts";
import type { ClassifierNetwork } from "./classifier_network.ts";
import { oneView, type ViewOptions } from "./one_view.ts";

/** What a step takes: a batch's images and labels, the seed int32 `[2]`, the learning rate. */
type StepInputs = [
  images: tf.Tensor,
  labels: tf.Tensor1D,
  seed: tf.Tensor1D,
  learningRate: tf.Scalar,
];

/** How a step changes the network. */
export interface ClassifierLearnerOptions extends ViewOptions {
  batches: Pick<Batches, "images">;
  /** The side S of what the network sees, in pixels. */
  size: number;
  /**
   * What moves: the classifier alone, with batch norm in inference mode; or everything, by the
   * batch's own statistics, or by the running ones, which are then left as they are.
   */
  moves: "classifier" | "everything" | "everything but statistics";
  momentum: number;
  weightDecay: number;
}

/** What moves a network, until it is disposed of; the network outlives it. */
export interface ClassifierLearner {
  /** One update, as one call of TensorFlow. */
  readonly step: Compiled<StepInputs, { loss: tf.Scalar }>;
  /** The same, op by op, to hold the other against. */
  eagerStep(...inputs: StepInputs): { loss: tf.Scalar };
  dispose(): void;
}

/**
 * Compiles the step of supervised training: N images → N views → features → logits → cross-entropy →
 * gradients → Nesterov's momentum (arXiv 2002.05709 §B.5).
 *
 * @param network What is trained.
 * @param options How; whether TensorFlow may rewrite the graph.
 * @returns The learner.
 */
export function createClassifierLearner(
  network: ClassifierNetwork,
  options: ClassifierLearnerOptions & { optimizeGraph?: boolean },
): ClassifierLearner {
  const { batches, size, moves, momentum, weightDecay, cropArea, flipProbability } = options;
  const { body, classifier, state } = network;
  const isFrozen = moves === "classifier";
  const parameters = isFrozen ? classifier : new Map([...body, ...classifier]);
  const optimizer = sgd(parameters, { momentum, weightDecay, nesterov: true });

  const step = (...[images, labels, seed, learningRate]: StepInputs) =>
    tf.tidy(() => {
      const x = oneView(batches.images(images), { cropArea, flipProbability, size, seed });
      const statistics: BatchStatistics[] = [];
      const batchNorm = {
        classifier: () => network.inference(),
        everything: () => network.training(statistics),
        "everything but statistics": () => network.fixed(),
      }[moves]();
      const frozen = isFrozen ? network.features(x, batchNorm) : null; // outside the gradient
      const forward = () => {
        const logits = network.logits(frozen ?? network.features(x, batchNorm)); // [N, C]
        return tf.mean(softmaxCrossEntropy(logits, labels)) as tf.Scalar;
      };
      const { value: loss, grads } = tf.variableGrads(forward, [...parameters.values()]);
      const gradients = new Map([...parameters].map(([name, own]) => [name, grads[own.name]]));
      optimizer.apply(gradients, learningRate);
      updateRunningStatistics(state, statistics);
      return { loss };
    });
  const { optimizeGraph } = options;
  const compiled = compile(step, { name: "the classifier's step", optimizeGraph });
  return {
    step: compiled,
    eagerStep: step,
    dispose() {
      compiled.dispose();
      optimizer.dispose();
    },
  };
}
