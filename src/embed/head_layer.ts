import type { Manifest } from "../encoders/manifest.ts";
import { LookalikeError } from "../errors.ts";

/**
 * Checks that an encoder has a layer to embed by.
 *
 * @param manifest What the encoder is.
 * @param layer 0 for h, or the layer of its projection head, from 1.
 * @returns The same layer.
 * @throws {LookalikeError} `invalid_input` if it is not there.
 */
export function checkLayer(manifest: Manifest, layer: number): number {
  const { name, version, head } = manifest;
  const last = head?.layers.length ?? 0;
  if (Number.isInteger(layer) && layer >= 0 && layer <= last) return layer;
  throw new LookalikeError(
    "invalid_input",
    `Cannot embed by layer ${layer} of ${name}@${version} as it must be ${
      last > 0 ? `0 to ${last}` : "0, for the encoder keeps no head"
    }: it is ${layer}.`,
    { param: "layer" },
  );
}

/**
 * The length of an encoder's embedding by each of its layers.
 *
 * @param manifest What the encoder is.
 * @returns That of h, then that of each layer of its head.
 */
export function layerDimensions({ dimension, head }: Manifest): number[] {
  return [dimension, ...head?.layers ?? []];
}
