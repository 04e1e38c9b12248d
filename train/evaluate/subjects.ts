import type { NamedTensors } from "../../src/model/mod.ts";
import { knnVotes } from "../../src/probe/knn.ts";
import type { ClassScores } from "../../src/probe/most_probable.ts";
import type { Precision } from "../../src/tensorflow/mod.ts";
import {
  chooseLabels,
  type LabelBudget,
  LEAST_STEPS,
  trainClassifier,
  type TrainClassifierOptions,
  type UnlabelledImages,
} from "../fine_tune/mod.ts";
import type { EvaluatedEncoder } from "./evaluated_encoder.ts";
import type { OnProgress } from "./evaluation_progress.ts";
import type { Features } from "./features.ts";
import { type LabelledDataset, selectLabelled } from "./labelled_dataset.ts";
import { type FeatureSplits, probeScores } from "./probe_scores.ts";
import type { Protocol } from "./protocol.ts";
import type { Subject } from "./subject.ts";

/** How the protocols that train go about it; what is not given is as each has it. */
export interface TrainingSettings {
  /** Passes over the images. */
  epochs?: number;
  /** Images a step. */
  batchSize?: number;
  /** For 256 images; it grows and falls with the batch. */
  learningRate?: number;
  /** Of convolutions and matrix products; float32 unless told. */
  precision?: Precision;
}

/** What the protocols work with. */
export interface SubjectContext {
  encoder: EvaluatedEncoder;
  train: LabelledDataset;
  test: LabelledDataset;
  features: Features;
  /** How many labels `semi` knows. */
  labels: LabelBudget;
  /** After how many layers of the head fine-tuning classifies; 0 is h. */
  layer: number;
  /** The ways in which `semi` lets all other images take part, without their labels. */
  unlabelled: readonly UnlabelledImages["way"][];
  training: TrainingSettings;
  signal?: AbortSignal;
  onProgress: OnProgress;
}

/**
 * Up to this share of labels fine-tuning takes 60 epochs, above it 30: half-way, as logarithms go,
 * between the paper's 1 and 10 % (arXiv 2002.05709 §B.5).
 */
const FEW_LABELS = Math.sqrt(0.01 * 0.1);

/**
 * What a protocol measures, in the order in which it is shown.
 *
 * @param protocol Its name.
 * @param context Encoder, images and settings.
 * @returns The subjects; nothing is computed before their scores are asked for.
 */
export function subjectsOf(protocol: Protocol, context: SubjectContext): Subject[] {
  const { features, train, labels } = context;
  switch (protocol) {
    case "linear-lbfgs":
      return baselines(features, { classify: probe, isDrawn: true });
    case "knn":
      return baselines(features, { classify: knn, isDrawn: false });
    case "linear":
      return [linear(context)];
    case "semi": {
      const choose = (seed: number) =>
        selectLabelled(train, chooseLabels(train.labels, { budget: labels, seed }));
      return tuned({ ...context, protocol, choose });
    }
    case "transfer":
      return tuned({ ...context, protocol, choose: () => train });
  }
}

type Classify = (splits: FeatureSplits, seed: number) => Promise<ClassScores>;

const probe: Classify = (splits, seed) => probeScores(splits, { seed });

const knn: Classify = ({ train, test, dimension, classes }) =>
  knnVotes({
    dimension,
    classes,
    train: train.features,
    trainLabels: train.labels,
    test: test.features,
  });

/** A classifier on h, beside the same on what needs no training. */
function baselines(
  features: Features,
  options: { classify: Classify; isDrawn: boolean },
): Subject[] {
  const { classify, isDrawn } = options;
  return [
    {
      name: "encoder",
      isDrawn,
      scores: async (seed) => await classify(await features.encoder(), seed),
    },
    {
      name: "untrained",
      isDrawn: true,
      scores: async (seed) => await classify(await features.untrained(seed), seed),
    },
    {
      name: "raw pixels",
      isDrawn,
      scores: async (seed) => await classify(await features.rawPixels(), seed),
    },
  ];
}

/**
 * The linear evaluation of appendix B.6, with the epochs and the batch that the reference
 * implementation takes for CIFAR-10, and its cosine, of which the paper does not speak.
 */
function linear(context: SubjectContext): Subject {
  const { encoder, train, training } = context;
  const paperEpochs = encoder.architecture.stem === "cifar" ? 100 : 90;
  const scores = (seed: number) =>
    trainedScores({
      epochs: training.epochs ?? paperEpochs,
      batchSize: training.batchSize ?? 512,
      learningRate: training.learningRate ?? 0.1,
      schedule: "cosine",
      precision: training.precision,
      frozen: true,
      train,
      seed,
    }, { ...context, stage: "linear, encoder" });
  return { name: "encoder", isDrawn: true, scores };
}

/** All of the network fine-tuned on some labels, beside the same from scratch, and a linear probe. */
function tuned(
  context: SubjectContext & {
    protocol: Protocol;
    choose: (seed: number) => LabelledDataset;
  },
): Subject[] {
  const { encoder, features, layer, training, protocol, choose } = context;
  const { tensors, head } = encoder;
  const subject = (
    name: string,
    weights: NamedTensors | null,
    unlabelled?: UnlabelledImages,
  ): Subject => ({
    name,
    isDrawn: true,
    scores: (seed) => {
      const train = choose(seed);
      const few = train.count <= FEW_LABELS * context.train.count;
      return trainedScores({
        ...training,
        epochs: training.epochs ?? (few ? 60 : 30),
        leastSteps: training.epochs === undefined ? LEAST_STEPS : 1,
        train,
        seed,
        tensors: weights,
        head: head && (layer > 0 || unlabelled)
          ? { shape: head, tensors: weights, layer }
          : undefined,
        unlabelled,
      }, { ...context, stage: `${protocol}, ${name}` });
    },
  });
  return [
    subject("fine-tuned", tensors),
    ...(protocol === "semi" ? context.unlabelled : []).map((way) =>
      subject(`with ${way}`, tensors, { way, images: context.train })
    ),
    subject("from scratch", null),
    {
      name: "linear probe",
      isDrawn: true,
      scores: async (seed) => await probe(await features.encoder(choose(seed)), seed),
    },
  ];
}

/** What a classifier says of the test images once it is trained. */
async function trainedScores(
  options: Partial<TrainClassifierOptions> & Pick<TrainClassifierOptions, "train" | "seed">,
  context: SubjectContext & { stage: string },
): Promise<ClassScores> {
  const { encoder, test, signal, stage, onProgress } = context;
  const { architecture, tensors } = encoder;
  const { probabilities } = await trainClassifier({
    architecture,
    tensors,
    ...options,
    test,
    signal,
    onProgress: ({ step, totalSteps }) => onProgress({ stage, done: step, total: totalSteps }),
  });
  return probabilities;
}
