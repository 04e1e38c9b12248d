import { tf } from "../../src/tensorflow/mod.ts";
import type { Batches } from "../batches.ts";
import type { ClassifierLearner } from "./classifier_learner.ts";
import type { UnlabelledLoss } from "./unlabelled_loss.ts";

/**
 * One update of a network: batches, the seed and the learning rate go in, the loss comes out.
 *
 * @param step From 0; what is drawn is a function of it and the seed.
 * @param run What moves, by which images.
 * @returns What the step minimised, in nats.
 */
export async function trainStep(
  step: number,
  run: {
    batches: Batches;
    unlabelled: UnlabelledLoss | null;
    learner: ClassifierLearner;
    seed: number;
    learningRate: number;
  },
): Promise<number> {
  const { images, labels } = await run.batches.at(step);
  const others = await run.unlabelled?.batches.at(step);
  const seed = tf.tensor1d([run.seed, step], "int32");
  const learningRate = tf.scalar(run.learningRate);
  const beside = others ? [others.images, others.labels] : [];
  try {
    const { loss } = await run.learner.step(images, labels, seed, learningRate, ...beside);
    const [value] = await loss.data();
    loss.dispose();
    return value;
  } finally {
    tf.dispose([images, labels, seed, learningRate, ...beside]);
  }
}
