import {
  assignTensors,
  type BatchStatistics,
  type NamedTensors,
  toTensors,
  updateRunningStatistics,
} from "../../src/model/mod.ts";
import { compile, type Compiled, softmaxCrossEntropy, tf } from "../../src/tensorflow/mod.ts";
import type { Batches } from "../batches.ts";
import { sgd } from "../optimizer/sgd.ts";
import type { ClassifierNetwork, NetworkOutputs } from "./classifier_network.ts";
import { oneView, type ViewOptions } from "./one_view.ts";
import type { UnlabelledLoss } from "./unlabelled_loss.ts";

/**
 * What a step takes: a batch's images and labels, the seed int32 `[2]`, the learning rate; then, where
 * unlabelled images take part, a batch of them and their numbers.
 */
type StepInputs = [
  images: tf.Tensor,
  labels: tf.Tensor1D,
  seed: tf.Tensor1D,
  learningRate: tf.Scalar,
  ...unlabelled: tf.Tensor[],
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
  /** What unlabelled images add; null where none take part. */
  unlabelled: UnlabelledLoss | null;
}

/** What moves a network, until it is disposed of; the network outlives it. */
export interface ClassifierLearner {
  /** One update, as one call of TensorFlow. */
  readonly step: Compiled<StepInputs, { loss: tf.Scalar }>;
  /** The same, op by op, to hold the other against. */
  eagerStep(...inputs: StepInputs): { loss: tf.Scalar };
  /** Copies all that a step changes from the device: network and optimiser. */
  snapshot(): Promise<NamedTensors>;
  /** Sets it as a snapshot has it. */
  restore(tensors: NamedTensors): void;
  dispose(): void;
}

/**
 * Compiles the step of supervised training: N images → N views → features → logits → cross-entropy →
 * gradients → Nesterov's momentum (arXiv 2002.05709 §B.5).
 *
 * Views of unlabelled images go through the network in the same batch, so that batch norm cannot tell
 * them from the labelled ones, and a handful of labels is normalised by all.
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
  const { unlabelled, optimizeGraph } = options;
  const { body, classifier, state } = network;
  const isFrozen = moves === "classifier";
  const parameters = isFrozen ? classifier : new Map([...body, ...classifier]);
  const optimizer = sgd(parameters, { momentum, weightDecay, nesterov: true });

  const step = (...[images, labels, seed, learningRate, others, numbers]: StepInputs) =>
    tf.tidy(() => {
      const labelled = oneView(batches.images(images), { cropArea, flipProbability, size, seed });
      const x = unlabelled
        ? tf.concat([
          labelled,
          unlabelled.views(unlabelled.batches.images(others), { size, seed: turned(seed) }),
        ], 0) // [N + V, S, S, 3]
        : labelled;
      const statistics: BatchStatistics[] = [];
      const batchNorm = {
        classifier: () => network.inference(),
        everything: () => network.training(statistics),
        "everything but statistics": () => network.fixed(),
      }[moves]();
      const frozen = isFrozen ? network.outputs(x, batchNorm) : null; // outside the gradient
      const entropyOf = ({ features }: NetworkOutputs) =>
        tf.mean(softmaxCrossEntropy(network.logits(features), labels)) as tf.Scalar;
      const forward = () => {
        const outputs = frozen ?? network.outputs(x, batchNorm);
        if (!unlabelled) return entropyOf(outputs);
        const [own, rest] = divide(outputs, labels.shape[0]);
        const added = unlabelled.of(network, rest, numbers as tf.Tensor1D);
        return tf.add(entropyOf(own), tf.mul(added, unlabelled.weight)) as tf.Scalar;
      };
      const { value: loss, grads } = tf.variableGrads(forward, [...parameters.values()]);
      const gradients = new Map([...parameters].map(([name, own]) => [name, grads[own.name]]));
      optimizer.apply(gradients, learningRate);
      updateRunningStatistics(state, statistics);
      return { loss };
    });
  const compiled = compile(step, { name: "the classifier's step", optimizeGraph });
  // Names of weights are unique within the network; what the optimiser keeps gets a prefix.
  const slots = [...optimizer.slots].map(([name, slot]) => [`optimizer.${name}`, slot] as const);
  const variables = new Map([...body, ...classifier, ...state, ...slots]);
  return {
    step: compiled,
    eagerStep: step,
    snapshot: () => toTensors(variables),
    restore: (tensors) => assignTensors(variables, tensors),
    dispose() {
      compiled.dispose();
      optimizer.dispose();
    },
  };
}

/** The first rows, and the others. */
function divide({ features, z }: NetworkOutputs, first: number): [NetworkOutputs, NetworkOutputs] {
  const rows = (from: number, count: number): NetworkOutputs => ({
    features: tf.slice(features, [from, 0], [count, features.shape[1]]),
    z: tf.slice(z, [from, 0], [count, z.shape[1]]),
  });
  return [rows(0, first), rows(first, features.shape[0] - first)];
}

/** Another seed, which no step's labelled images have: its second number counts back from −1. */
function turned(seed: tf.Tensor1D): tf.Tensor1D {
  return tf.sub(tf.mul(seed, tf.tensor1d([1, -1], "int32")), tf.tensor1d([0, 1], "int32"));
}
