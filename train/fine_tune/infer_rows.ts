import { compile, tf, toFloat, uint8Tensor } from "../../src/tensorflow/mod.ts";
import type { Dataset } from "../dataset/mod.ts";
import { extractFeatures } from "../evaluate/extract_features.ts";
import type { ClassifierNetwork, NetworkOutputs } from "./classifier_network.ts";

const BATCH = 250;

/**
 * What a network gives for every image of a dataset as it is, in inference mode.
 *
 * @param network The network.
 * @param dataset The images, of the side that the network takes.
 * @param options What is wanted of its outputs, float32 `[N, width]`, and how wide that is.
 * @returns float32 `[count, width]`.
 */
export async function inferRows(
  network: ClassifierNetwork,
  dataset: Pick<Dataset, "count" | "rows" | "side">,
  options: { of: (outputs: NetworkOutputs) => tf.Tensor2D; width: number },
): Promise<Float32Array> {
  const { side } = dataset;
  const forward = compile((pixels: tf.Tensor) => {
    const x = tf.div(toFloat(pixels), 255) as tf.Tensor4D; // [N, S, S, 3]
    return options.of(network.outputs(x, network.inference())); // [N, width]
  }, { name: "infer" });
  const run = async (pixels: Uint8Array, count: number) => {
    const input = uint8Tensor(pixels, [count, side, side, 3]);
    const rows = await forward(input).finally(() => input.dispose());
    const values = (await rows.data() as Float32Array).slice(); // it may be the tensor's own
    rows.dispose();
    return values;
  };
  try {
    return await extractFeatures({ dimension: options.width, maxBatch: BATCH, run }, dataset);
  } finally {
    forward.dispose();
  }
}
