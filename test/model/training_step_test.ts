import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  type BatchStatistics,
  byBatchStatistics,
  createEncoder,
  createProjectionHead,
  disposeVariables,
  encode,
  type EncoderArchitecture,
  type NamedTensors,
  project,
  toTensors,
  updateRunningStatistics,
} from "../../src/model/mod.ts";
import { permutation, random } from "../../src/random.ts";
import {
  compile,
  gatherRows,
  type Precision,
  startTensorFlow,
  tf,
  toFloat,
  uint8Tensor,
} from "../../src/tensorflow/mod.ts";
import { pipelineOf } from "../../train/augment/pipeline.ts";
import { twoViews } from "../../train/augment/two_views.ts";
import { resolveConfig } from "../../train/config.ts";
import { ntXent } from "../../train/loss/nt_xent.ts";
import { lars } from "../../train/optimizer/lars.ts";
import { sgd } from "../../train/optimizer/sgd.ts";

await startTensorFlow({ device: "cpu" });

const STEPS = 6;
const [COUNT, BATCH, SIDE] = [16, 4, 12];
const source = random(1);
const bytes = Uint8Array.from({ length: COUNT * SIDE * SIDE * 3 }, () => source.below(256));
const pipeline = pipelineOf(resolveConfig({ cropArea: 0.2 }), "crop,flip,colour-jitter,grayscale");
const dataset = uint8Tensor<tf.Rank.R4>(bytes, [COUNT, SIDE, SIDE, 3]);

interface Training {
  optimizer: "sgd" | "lars";
  precision: Precision;
  architecture: EncoderArchitecture;
}

const resnet18: EncoderArchitecture = {
  family: "resnet18",
  stem: "cifar",
  widthMultiplier: 0.125,
};
const resnet50: EncoderArchitecture = {
  family: "resnet50",
  stem: "imagenet",
  widthMultiplier: 1 / 16,
};

/** A whole small SimCLR: the step, and all that it changes. */
function simclr({ optimizer, precision, architecture }: Training) {
  const encoder = createEncoder(architecture, { seed: 2 });
  const head = createProjectionHead({ input: encoder.dimension, output: 16, seed: 2 });
  const parameters = new Map([...encoder.parameters, ...head.parameters]);
  const state = new Map([...encoder.state, ...head.state]);
  const rule = optimizer === "sgd"
    ? sgd(parameters, { momentum: 0.9, weightDecay: 1e-4, nesterov: true })
    : lars(parameters, { momentum: 0.9, weightDecay: 1e-4, trustCoefficient: 0.1 });
  const slots = [...rule.slots].map(([name, slot]) => [`slot of ${name}`, slot] as const);
  const variables = new Map([...parameters, ...state, ...slots]);

  const step = (indices: tf.Tensor1D, seed: tf.Tensor1D, rate: tf.Scalar) =>
    tf.tidy(() => {
      const images = toFloat(gatherRows(dataset, indices));
      const x = twoViews(images, { first: pipeline, second: pipeline, size: SIDE, seed });
      const statistics: BatchStatistics[] = [];
      const batchNorm = byBatchStatistics(parameters, statistics);
      const { value, grads } = tf.variableGrads(() => {
        const h = encode(encoder, x, { batchNorm, precision });
        return ntXent(project(head, h, { batchNorm, precision }), 0.5);
      }, [...parameters.values()]);
      const gradients = new Map([...parameters].map(([name, { name: key }]) => [name, grads[key]]));
      rule.apply(gradients, rate);
      updateRunningStatistics(state, statistics);
      return value;
    });
  return { step, variables };
}

/** Trains a few steps, eagerly or compiled with the graph optimiser off. */
async function train(
  training: Training & { compiled: boolean },
): Promise<{ losses: number[]; before: NamedTensors; after: NamedTensors }> {
  const { step, variables } = simclr(training);
  const before = await toTensors(variables);
  const compiled = compile(step, { name: "the step", optimizeGraph: false });
  const losses: number[] = [];
  for (let at = 0; at < STEPS; at++) {
    const inputs = [
      tf.tensor1d(permutation(COUNT, 3, at).subarray(0, BATCH), "int32"),
      tf.tensor1d([3, at], "int32"),
      tf.scalar(0.1 / (at + 1)),
    ] as [tf.Tensor1D, tf.Tensor1D, tf.Scalar];
    const loss = training.compiled ? await compiled(...inputs) : step(...inputs);
    losses.push((await loss.data())[0]);
    tf.dispose([...inputs, loss]);
  }
  const after = await toTensors(variables);
  compiled.dispose();
  disposeVariables(variables);
  return { losses, before, after };
}

const trainings: Training[] = [
  { optimizer: "sgd", precision: "float32", architecture: resnet18 },
  { optimizer: "lars", precision: "float32", architecture: resnet18 },
  { optimizer: "sgd", precision: "bfloat16", architecture: resnet18 },
  { optimizer: "sgd", precision: "bfloat16", architecture: resnet50 },
];

for (const training of trainings) {
  const { optimizer, precision, architecture: { family } } = training;
  Deno.test(`training ${family} with ${optimizer} in ${precision} gives the same bits compiled`, async () => {
    const eager = await train({ ...training, compiled: false });
    const traced = await train({ ...training, compiled: true });
    assertEquals(traced.losses, eager.losses);
    for (const [name, tensor] of eager.after) assertEquals(traced.after.get(name), tensor, name);

    // And it was training: all that can move has moved, to somewhere.
    assertEquals(new Set(eager.losses).size, STEPS);
    for (const [name, { data }] of eager.after) {
      assert(data.every(Number.isFinite), name);
      assertNotEquals(data, eager.before.get(name)!.data, name);
    }
  });
}
