import {
  assignTensors,
  type BatchStatistics,
  byBatchStatistics,
  createEncoder,
  createProjectionHead,
  encode,
  type Encoder,
  type NamedTensors,
  type NamedVariables,
  project,
  toTensors,
  updateRunningStatistics,
} from "../src/model/mod.ts";
import { compile, type Compiled, type Precision, tf } from "../src/tensorflow/mod.ts";
import { twoViews } from "./augment/two_views.ts";
import type { Batches } from "./batches.ts";
import type { PretrainConfig } from "./config.ts";
import { ntXent } from "./loss/nt_xent.ts";
import { lars } from "./optimizer/lars.ts";
import { sgd } from "./optimizer/sgd.ts";

/** One step: what {@linkcode Batches.at} gives, the seed int32 `[2]`, the learning rate; the loss. */
export type Step = Compiled<[tf.Tensor, tf.Tensor1D, tf.Scalar], { loss: tf.Scalar }>;

/** All that pretraining changes, and the step that changes it. */
export interface Learner {
  readonly encoder: Encoder;
  /** The whole step as one call of TensorFlow. */
  readonly step: Step;
  /** Copies encoder, head and optimiser from the device, for a checkpoint. */
  snapshot(): Promise<NamedTensors>;
  /** Sets them as a snapshot has them. */
  restore(tensors: NamedTensors): void;
  dispose(): void;
}

/**
 * Builds encoder, projection head and optimiser, and compiles the step of SimCLR (arXiv 2002.05709,
 * algorithm 1): N images → 2N views → h → z → NT-Xent → gradients → update.
 *
 * @param config What to build and how to train it.
 * @param options Where images come from, and in what precision to compute.
 * @returns The learner, with weights that are a function of the seed.
 */
export function createLearner(
  config: PretrainConfig,
  options: { batches: Pick<Batches, "images">; precision: Precision; optimizeGraph?: boolean },
): Learner {
  const { batches, precision, optimizeGraph } = options;
  const { seed, temperature } = config;
  const encoder = createEncoder({
    family: "resnet18",
    stem: "cifar",
    widthMultiplier: config.widthMultiplier,
  }, { seed });
  const head = createProjectionHead({
    input: encoder.dimension,
    output: config.projectionDimension,
    seed,
  });
  const parameters = new Map([...encoder.parameters, ...head.parameters]);
  const state = new Map([...encoder.state, ...head.state]);
  const optimizer = config.optimizer === "lars"
    ? lars(parameters, { ...config, trustCoefficient: 0.001 })
    : sgd(parameters, config);
  const augmentation = {
    size: config.imageSize,
    crop: {
      area: [config.cropArea, 1] as [number, number],
      aspectRatio: [3 / 4, 4 / 3] as [number, number],
      flip: config.flipProbability,
    },
    colourJitter: { strength: config.colourStrength, probability: config.colourProbability },
    grayscale: config.grayscaleProbability,
  };

  const step = (batch: tf.Tensor, seed: tf.Tensor1D, learningRate: tf.Scalar) =>
    tf.tidy(() => {
      const x = twoViews(batches.images(batch), { ...augmentation, seed }); // [2N, S, S, 3]
      const statistics: BatchStatistics[] = [];
      const forward = () => {
        const batchNorm = byBatchStatistics(parameters, statistics);
        const h = encode(encoder, x, { batchNorm, precision }); // [2N, F]
        const z = project(head, h, { batchNorm, precision }); // [2N, D]
        return ntXent(z, temperature);
      };
      const { value: loss, grads } = tf.variableGrads(forward, [...parameters.values()]);
      optimizer.apply(byName(parameters, grads), learningRate);
      updateRunningStatistics(state, statistics);
      return { loss };
    });
  const compiled = compile(step, { name: "the training step", optimizeGraph });

  // Names of parameters are unique across encoder and head; what the optimiser keeps gets a prefix.
  const slots = [...optimizer.slots].map(([name, slot]) => [`optimizer.${name}`, slot] as const);
  const variables: NamedVariables = new Map([...parameters, ...state, ...slots]);
  return {
    encoder,
    step: compiled,
    snapshot: () => toTensors(variables),
    restore: (tensors) => assignTensors(variables, tensors),
    dispose() {
      compiled.dispose();
      optimizer.dispose();
      head.dispose();
      encoder.dispose();
    },
  };
}

/** TensorFlow.js gives gradients by its own names of the variables. */
function byName(parameters: NamedVariables, gradients: tf.NamedTensorMap): Map<string, tf.Tensor> {
  return new Map([...parameters].map(([name, variable]) => [name, gradients[variable.name]]));
}
