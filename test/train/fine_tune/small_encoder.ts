import { createEncoder, createProjectionHead } from "../../../src/model/mod.ts";

/**
 * An encoder and a head of random weights, small enough that a training of them takes seconds.
 * TensorFlow must run.
 *
 * @returns What they are, and their weights.
 */
export async function smallEncoder() {
  const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 } as const;
  const encoder = createEncoder(architecture, { seed: 4 });
  const head = createProjectionHead({ input: encoder.dimension, layers: 2, output: 6, seed: 4 });
  const tensors = await encoder.snapshot();
  const headTensors = await head.snapshot();
  for (const each of [encoder, head]) each.dispose();
  return { architecture, tensors, head: head.shape, headTensors };
}
