import { assert, assertEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { createBatches } from "../../../train/batches.ts";
import {
  type ClassifierLearnerOptions,
  createClassifierLearner,
} from "../../../train/fine_tune/classifier_learner.ts";
import { createClassifierNetwork } from "../../../train/fine_tune/classifier_network.ts";
import {
  createUnlabelledLoss,
  unlabelledTerm,
} from "../../../train/fine_tune/unlabelled_images.ts";
import { colouredImages } from "./coloured_images.ts";
import { smallEncoder } from "./small_encoder.ts";

await startTensorFlow({ device: "cpu" });

const { architecture, tensors, head, headTensors } = await smallEncoder();
const images = colouredImages(24);
const others = colouredImages(12, { seed: 5 });
/** A teacher's opinion: sure of some, unsure of others. */
const probabilities = Float32Array.from({ length: 36 }, (_, i) => [0.7, 0.2, 0.1][(i + i % 5) % 3]);

/** Three steps on a layer of the head, eagerly or compiled with the graph optimiser off. */
async function train(options: {
  moves: ClassifierLearnerOptions["moves"];
  precision: "float32" | "bfloat16";
  way?: "contrastive" | "distillation";
  compiled: boolean;
}) {
  const { moves, precision, way, compiled } = options;
  const network = createClassifierNetwork({
    ...{ architecture, tensors, classes: 3, seed: 0, precision, length: null },
    projects: way === "contrastive",
    head: { shape: head, tensors: headTensors, layer: 1 },
  });
  const batches = await createBatches(images, {
    ...{ batchSize: 9, seed: 3, residentBytes: 2 ** 20, labels: images.labels },
  });
  const views = { cropArea: 0.2, flipProbability: 0.5 };
  const known = way === "distillation" ? probabilities : null;
  const unlabelled = way
    ? await createUnlabelledLoss(unlabelledTerm({ way, images: others, batchSize: 5 }, known), {
      ...{ ...views, seed: 3, classes: 3, residentBytes: 2 ** 20 },
    })
    : null;
  const learner = createClassifierLearner(network, {
    ...{ batches, moves, size: images.side, momentum: 0.9, weightDecay: 1e-3 },
    ...{ ...views, unlabelled, optimizeGraph: false },
  });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { images, labels } = await batches.at(step);
    const [seed, rate] = [tf.tensor1d([3, step], "int32"), tf.scalar(0.1)];
    const beside = await unlabelled?.batches.at(step);
    const rest = beside ? [beside.images, beside.labels] : [];
    const { loss } = compiled
      ? await learner.step(images, labels, seed, rate, ...rest)
      : learner.eagerStep(images, labels, seed, rate, ...rest);
    losses.push((await loss.data())[0]);
    tf.dispose([images, labels, seed, rate, loss, ...rest]);
  }
  const after = await network.snapshot();
  [learner, batches, network].forEach((each) => each.dispose());
  unlabelled?.dispose();
  return { losses, after };
}

for (
  const [moves, precision, way] of [
    ["classifier", "float32"],
    ["everything", "float32"],
    ["everything", "bfloat16"],
    ["everything but statistics", "bfloat16"],
    ["everything", "float32", "contrastive"],
    ["everything", "bfloat16", "distillation"],
  ] as const
) {
  const beside = way ? ` beside ${way}` : "";
  Deno.test(`training ${moves}${beside} in ${precision} gives the same bits compiled, without a leak`, async () => {
    const before = tf.memory().numTensors;
    const eager = await train({ moves, precision, way, compiled: false });
    const traced = await train({ moves, precision, way, compiled: true });
    assertEquals(traced.losses, eager.losses);
    for (const [name, tensor] of eager.after) assertEquals(traced.after.get(name), tensor, name);
    assert(new Set(eager.losses).size === 3 && eager.losses.every(Number.isFinite));
    assertEquals(tf.memory().numTensors, before);
  });
}
