import { compile, tf, toFloat, uint8Tensor } from "../../src/tensorflow/mod.ts";
import type { Dataset } from "../dataset/mod.ts";
import { extractFeatures } from "../evaluate/extract_features.ts";
import type { ClassifierNetwork } from "./classifier_network.ts";

const BATCH = 250;

/**
 * What a network says of every image of a dataset as it is, in inference mode.
 *
 * @param network The network.
 * @param dataset The images, of the side that the network takes.
 * @returns Probabilities, float32 `[count, C]`; rows sum to 1.
 */
export async function classProbabilities(
  network: ClassifierNetwork,
  dataset: Pick<Dataset, "count" | "rows" | "side" | "classes">,
): Promise<Float32Array> {
  const { side, classes } = dataset;
  const forward = compile((pixels: tf.Tensor) => {
    const x = tf.div(toFloat(pixels), 255) as tf.Tensor4D; // [N, S, S, 3]
    return tf.softmax(network.logits(network.features(x, network.inference()))); // [N, C]
  }, { name: "classify" });
  const run = async (pixels: Uint8Array, count: number) => {
    const input = uint8Tensor(pixels, [count, side, side, 3]);
    const probabilities = await forward(input).finally(() => input.dispose());
    const values = (await probabilities.data() as Float32Array).slice(); // it may be the tensor's own
    probabilities.dispose();
    return values;
  };
  try {
    const runner = { dimension: classes.length, maxBatch: BATCH, run };
    return await extractFeatures(runner, dataset);
  } finally {
    forward.dispose();
  }
}
