import {
  assignTensors,
  type BatchStatistics,
  byBatchStatistics,
  classify,
  createClassifier,
  createEncoder,
  createProjectionHead,
  disposeVariables,
  encode,
  type Encoder,
  type EncoderArchitecture,
  type NamedTensors,
  type NamedVariables,
  project,
  type ProjectionHead,
  restoreEncoder,
  toTensors,
  updateRunningStatistics,
} from "../src/model/mod.ts";
import { compile, type Compiled, type Precision, tf } from "../src/tensorflow/mod.ts";
import { architectureOf } from "./architecture_of.ts";
import { pipelinesOf } from "./augment/pipeline.ts";
import { twoViews } from "./augment/two_views.ts";
import type { Batches } from "./batches.ts";
import type { PretrainConfig } from "./config.ts";
import { createLoss } from "./loss/loss.ts";
import { createOptimizer } from "./optimizer/create_optimizer.ts";
import { zeroSlots } from "./optimizer/zero_slots.ts";

/** What a step gives: the loss of its batch, and the projections `[2N, D]`. */
export interface StepResult extends Record<string, tf.Tensor> {
  loss: tf.Scalar;
  z: tf.Tensor2D;
}

/** Takes a batch's images and labels, the seed int32 `[2]`, and the learning rate. */
export type Step = Compiled<[tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Scalar], StepResult>;

/** All that pretraining changes, and the step that changes it. */
export interface Learner {
  readonly encoder: Encoder;
  /** g, or null where the loss classifies h. */
  readonly head: ProjectionHead | null;
  /** One update of all weights, as one call of TensorFlow. */
  readonly step: Step;
  /** The same without the update: its gradients are added to those of the next step. */
  readonly accumulate: Step;
  /** Copies encoder, head and optimiser from the device, for a checkpoint. */
  snapshot(): Promise<NamedTensors>;
  /** Sets them as a snapshot has them. */
  restore(tensors: NamedTensors): void;
  dispose(): void;
}

/** What a learner is built from. */
export interface LearnerOptions {
  /** Where images come from. */
  batches: Pick<Batches, "images">;
  precision: Precision;
  /** How many classes cross-entropy tells apart. */
  classes?: number;
  /** What the encoder is made of, where it is more than the configuration says. */
  architecture?: EncoderArchitecture;
  /** Weights to start from, in place of random ones. */
  start?: NamedTensors;
  optimizeGraph?: boolean;
}

/**
 * Builds encoder, projection head and optimiser, and compiles the step of SimCLR (arXiv 2002.05709,
 * algorithm 1): N images → 2N views → h → z → loss → gradients → update.
 *
 * @param config What to build and how to train it.
 * @param options Where images come from, in what precision to compute, and what to start from.
 * @returns The learner; what it does not start from is a function of the seed.
 * @throws {LookalikeError} `damaged` if the weights to start from are of another architecture.
 */
export function createLearner(config: PretrainConfig, options: LearnerOptions): Learner {
  const { batches, precision, classes = 0, start, optimizeGraph } = options;
  const { architecture = architectureOf(config) } = options;
  const { seed, imageSize, accumulationSteps } = config;
  const encoder = start
    ? restoreEncoder(architecture, start)
    : createEncoder(architecture, { seed });
  const input = encoder.dimension;
  const classifier = config.loss === "cross-entropy"
    ? createClassifier({ input, classes, seed })
    : null;
  const head = classifier ? null : createProjectionHead({
    input,
    output: config.projectionDimension,
    kind: config.projectionHead,
    layers: config.projectionLayers,
    width: config.projectionWidth ?? input,
    seed,
  });
  const last = classifier ?? head!;
  const parameters: NamedVariables = new Map([...encoder.parameters, ...last.parameters]);
  const state: NamedVariables = new Map([...encoder.state, ...head?.state ?? []]);
  const optimizer = createOptimizer(parameters, config);
  const loss = createLoss(config);
  const views = { size: imageSize, ...pipelinesOf(config) };

  const gradientsOf = (images: tf.Tensor, labels: tf.Tensor1D, seed: tf.Tensor1D) => {
    const x = twoViews(batches.images(images), { ...views, seed }); // [2N, S, S, 3]
    const statistics: BatchStatistics[] = [];
    let kept!: tf.Tensor2D; // z, which TensorFlow.js would free with all that the gradients need
    const forward = () => {
      const batchNorm = byBatchStatistics(parameters, statistics);
      const h = encode(encoder, x, { batchNorm, precision }); // [2N, F]
      const z = classifier
        ? classify(classifier, h, { precision }) // [2N, C]
        : project(head!, h, { batchNorm, precision }); // [2N, D]
      kept = tf.keep(z.clone());
      return loss(z, labels);
    };
    const { value, grads } = tf.variableGrads(forward, [...parameters.values()]);
    updateRunningStatistics(state, statistics);
    const z = kept.clone(); // frees itself where the step is tidied
    kept.dispose();
    return { loss: value, z, gradients: byName(parameters, grads) };
  };
  // Sums of gradients; they are 0 between updates and in no checkpoint.
  const sums: NamedVariables = accumulationSteps > 1 ? zeroSlots(parameters) : new Map();
  const addTo = (name: string, gradient: tf.Tensor) => tf.add(sums.get(name)!, gradient);

  const step: Step = compile((images, labels, seed, learningRate) =>
    tf.tidy(() => {
      const { loss, z, gradients } = gradientsOf(images, labels, seed);
      for (const [name, sum] of sums) {
        gradients.set(name, tf.div(addTo(name, gradients.get(name)!), accumulationSteps));
        sum.assign(tf.zerosLike(sum));
      }
      optimizer.apply(gradients, learningRate);
      return { loss, z };
    }), { name: "the training step", optimizeGraph });
  const accumulate: Step = compile((images, labels, seed, _learningRate) =>
    tf.tidy(() => {
      const { loss, z, gradients } = gradientsOf(images, labels, seed);
      for (const [name, sum] of sums) sum.assign(addTo(name, gradients.get(name)!));
      return { loss, z };
    }), { name: "a batch before the training step", optimizeGraph });

  // Names of parameters are unique across encoder and head; what the optimiser keeps gets a prefix.
  const slots = [...optimizer.slots].map(([name, slot]) => [`optimizer.${name}`, slot] as const);
  const variables: NamedVariables = new Map([...parameters, ...state, ...slots]);
  return {
    encoder,
    head,
    step,
    accumulate,
    snapshot: () => toTensors(variables),
    restore: (tensors) => assignTensors(variables, tensors),
    dispose() {
      step.dispose();
      accumulate.dispose();
      optimizer.dispose();
      disposeVariables(sums);
      last.dispose();
      encoder.dispose();
    },
  };
}

/** TensorFlow.js gives gradients by its own names of the variables. */
function byName(parameters: NamedVariables, gradients: tf.NamedTensorMap): Map<string, tf.Tensor> {
  return new Map([...parameters].map(([name, variable]) => [name, gradients[variable.name]]));
}
