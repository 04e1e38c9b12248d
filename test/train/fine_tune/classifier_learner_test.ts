import { assert, assertEquals } from "@std/assert";
import { createEncoder, createProjectionHead } from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { createBatches } from "../../../train/batches.ts";
import {
  type ClassifierLearnerOptions,
  createClassifierLearner,
} from "../../../train/fine_tune/classifier_learner.ts";
import { createClassifierNetwork } from "../../../train/fine_tune/classifier_network.ts";
import { colouredImages } from "./coloured_images.ts";

await startTensorFlow({ device: "cpu" });

const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 } as const;
const encoder = createEncoder(architecture, { seed: 4 });
const tensors = await encoder.snapshot();
const head = createProjectionHead({ input: encoder.dimension, output: 6, seed: 4 });
const headTensors = await head.snapshot();
[encoder, head].forEach((each) => each.dispose());
const images = colouredImages(24);

/** Three steps on a layer of the head, eagerly or compiled with the graph optimiser off. */
async function train(options: {
  moves: ClassifierLearnerOptions["moves"];
  precision: "float32" | "bfloat16";
  compiled: boolean;
}) {
  const { moves, precision, compiled } = options;
  const network = createClassifierNetwork({
    ...{ architecture, tensors, classes: 3, seed: 0, precision, length: null },
    head: { shape: head.shape, tensors: headTensors, layer: 1 },
  });
  const batches = await createBatches(images, {
    ...{ batchSize: 9, seed: 3, residentBytes: 2 ** 20, labels: images.labels },
  });
  const learner = createClassifierLearner(network, {
    ...{ batches, moves, size: images.side, momentum: 0.9, weightDecay: 1e-3 },
    ...{ cropArea: 0.2, flipProbability: 0.5, unlabelled: null, optimizeGraph: false },
  });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { images, labels } = await batches.at(step);
    const [seed, rate] = [tf.tensor1d([3, step], "int32"), tf.scalar(0.1)];
    const { loss } = compiled
      ? await learner.step(images, labels, seed, rate)
      : learner.eagerStep(images, labels, seed, rate);
    losses.push((await loss.data())[0]);
    tf.dispose([images, labels, seed, rate, loss]);
  }
  const after = await network.snapshot();
  [learner, batches, network].forEach((each) => each.dispose());
  return { losses, after };
}

for (
  const [moves, precision] of [
    ["classifier", "float32"],
    ["everything", "float32"],
    ["everything", "bfloat16"],
    ["everything but statistics", "bfloat16"],
  ] as const
) {
  Deno.test(`training ${moves} in ${precision} gives the same bits compiled, without a leak`, async () => {
    const before = tf.memory().numTensors;
    const eager = await train({ moves, precision, compiled: false });
    const traced = await train({ moves, precision, compiled: true });
    assertEquals(traced.losses, eager.losses);
    for (const [name, tensor] of eager.after) assertEquals(traced.after.get(name), tensor, name);
    assert(new Set(eager.losses).size === 3 && eager.losses.every(Number.isFinite));
    assertEquals(tf.memory().numTensors, before);
  });
}
