import { LookalikeError } from "../../src/errors.ts";
import {
  type BatchNorm,
  type BatchStatistics,
  byBatchStatistics,
  byRunningStatistics,
  classify,
  createClassifier,
  createEncoder,
  createProjectionHead,
  encode,
  type EncoderArchitecture,
  type NamedTensors,
  type NamedVariables,
  type ProjectionHead,
  type ProjectionHeadShape,
  projectionHeadShape,
  projectionLayers,
  restoreEncoder,
  restoreProjectionHead,
  toTensors,
} from "../../src/model/mod.ts";
import { type Precision, tf } from "../../src/tensorflow/mod.ts";
import { unitRows } from "../loss/unit_rows.ts";
import { byFixedStatistics } from "./by_fixed_statistics.ts";

/** The length of z where no head is given, as pretraining has it. */
const PROJECTION = 128;

/** Where within a projection head a classifier begins. */
export interface HeadLayer {
  shape: ProjectionHeadShape;
  /** The head's weights; null for random ones. */
  tensors: NamedTensors | null;
  /** After how many of its layers; 0 is h, 1 what SimCLRv2 takes (arXiv 2006.10029 §3). */
  layer: number;
}

/** What a network that classifies is made of. */
export interface ClassifierNetworkOptions {
  architecture: EncoderArchitecture;
  /** The encoder's weights, as the store has them; null for random ones: from scratch. */
  tensors: NamedTensors | null;
  /** Classify by a layer of the projection head rather than by h. */
  head?: HeadLayer;
  /** Give z too, of the whole head; where none is given, of a random one. */
  projects?: boolean;
  /** Scale what is classified by to this length; null leaves it as it is. */
  length: number | null;
  classes: number;
  /** Random weights are a function of it. */
  seed: number;
  precision: Precision;
}

/** What a network makes of images. */
export interface NetworkOutputs {
  /** What is classified by, float32 `[N, F]`. */
  features: tf.Tensor2D;
  /** The projections, float32 `[N, D]`; of the network that does not project, h. */
  z: tf.Tensor2D;
}

/** An encoder, its projection head where it is wanted, and a linear classifier. */
export interface ClassifierNetwork {
  /** What gradients can move of the encoder, and of the head below the classifier or all of it. */
  readonly body: NamedVariables;
  /** F, the length of what is classified by. */
  readonly width: number;
  /** The head's sizes; null where there is none. */
  readonly head: ProjectionHeadShape | null;
  /** The linear classifier on top, zeros to begin with. */
  readonly classifier: NamedVariables;
  /** The running statistics of batch norm. */
  readonly state: NamedVariables;
  /** Batch norm by running statistics. */
  inference(): BatchNorm;
  /** The same with a gradient, as training needs it. */
  fixed(): BatchNorm;
  /** Batch norm by the batch's own statistics, which are collected for the running ones. */
  training(collected: BatchStatistics[]): BatchNorm;
  /** Of images in 0 … 1, float32 `[N, S, S, 3]`. */
  outputs(images: tf.Tensor4D, batchNorm: BatchNorm): NetworkOutputs;
  /** Of features, float32 `[N, F]`: float32 `[N, C]`. */
  logits(features: tf.Tensor2D): tf.Tensor2D;
  /** Copies all of it from the device. */
  snapshot(): Promise<NamedTensors>;
  /** Frees its variables. */
  dispose(): void;
}

/**
 * Builds a network that classifies.
 *
 * The classifier begins at zero, as in the reference implementation's fine-tuning: indifferent, it
 * does not pull at the encoder with noise at first.
 *
 * @param options What of, and with which weights.
 * @returns The network.
 * @throws {LookalikeError} `invalid_input` if the head has no such layer; `damaged` if a tensor is
 * missing or of another shape.
 */
export function createClassifierNetwork(options: ClassifierNetworkOptions): ClassifierNetwork {
  const { architecture, tensors, projects = false, length, classes, seed, precision } = options;
  if (options.head) checkLayer(options.head);
  const layer = options.head?.layer ?? 0;
  const encoder = tensors
    ? restoreEncoder(architecture, tensors)
    : createEncoder(architecture, { seed });
  const usual = () => projectionHeadShape({ input: encoder.dimension, output: PROJECTION });
  const head = layer > 0 || projects
    ? headOf(options.head ?? { shape: usual(), tensors: null }, { seed })
    : null;
  const width = layer > 0 ? head!.shape.layers[layer - 1] : encoder.dimension;
  const classifier = createClassifier({ input: width, classes, zero: true });

  const moved = head ? below(head, projects ? head.shape.layers.length : layer) : [];
  const body = new Map([...encoder.parameters, ...moved]);
  const state = new Map([...encoder.state, ...(head?.state ?? [])]);
  const parameters = new Map([...encoder.parameters, ...(head?.parameters ?? [])]);
  return {
    body,
    width,
    head: head?.shape ?? null,
    classifier: classifier.parameters,
    state,
    inference: () => byRunningStatistics(parameters, state),
    fixed: () => byFixedStatistics(parameters, state),
    training: (collected) => byBatchStatistics(parameters, collected),
    outputs(images, batchNorm) {
      const h = encode(encoder, images, { batchNorm, precision }); // [N, F]
      const layers = head ? projectionLayers(head, h, { batchNorm, precision }) : [h];
      const features = layers[layer]; // [N, F], of that layer
      return {
        features: length === null ? features : tf.mul(unitRows(features), length),
        z: layers[layers.length - 1], // [N, D]
      };
    },
    logits: (features) => classify(classifier, features, { precision }), // [N, C]
    snapshot: () => toTensors(new Map([...parameters, ...state, ...classifier.parameters])),
    dispose() {
      classifier.dispose();
      head?.dispose();
      encoder.dispose();
    },
  };
}

/** The head with its weights, or with random ones. */
function headOf(
  { shape, tensors }: Omit<HeadLayer, "layer">,
  options: { seed: number },
): ProjectionHead {
  if (tensors) return restoreProjectionHead(shape, tensors);
  const { input, layers } = shape;
  const kind = layers.length === 1 ? "linear" : "nonlinear";
  const [width, output] = [layers[0], layers[layers.length - 1]];
  return createProjectionHead({ kind, input, layers: layers.length, width, output, ...options });
}

/** The head's parameters that a classifier after that many layers depends on: `head.0.weight`, … */
function below(head: ProjectionHead, layer: number): [string, tf.Variable][] {
  return [...head.parameters].filter(([name]) => Number(name.match(/\d+/)![0]) < layer);
}

function checkLayer({ shape, layer }: HeadLayer): void {
  if (Number.isInteger(layer) && layer >= 0 && layer <= shape.layers.length) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot classify by layer ${layer} of the projection head as it must be a whole number from 0, ` +
      `which is h, to ${shape.layers.length}.`,
    { param: "layer" },
  );
}
