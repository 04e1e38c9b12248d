import type { Dataset } from "../dataset/mod.ts";
import { type ClassifierNetworkOptions, createClassifierNetwork } from "./classifier_network.ts";
import { inferRows } from "./infer_rows.ts";

/**
 * How long what a network classifies by is, as it begins: the mean over images as they are.
 *
 * @param options What the network is made of.
 * @param images The images, of the side that the network takes.
 * @returns The mean of the lengths, above 0.
 */
export async function meanLength(
  options: ClassifierNetworkOptions,
  images: Pick<Dataset, "count" | "rows" | "side">,
): Promise<number> {
  const network = createClassifierNetwork({ ...options, length: null });
  try {
    const features = await inferRows(network, images, { // [N, F]
      of: ({ features }) => features,
      width: network.width,
    });
    let sum = 0;
    for (let row = 0; row < features.length; row += network.width) {
      sum += Math.hypot(...features.subarray(row, row + network.width));
    }
    return sum / images.count || 1; // zeros stay zeros, whatever they are scaled to
  } finally {
    network.dispose();
  }
}
