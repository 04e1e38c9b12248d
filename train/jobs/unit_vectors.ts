import { normalize } from "../../src/embed/normalize.ts";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import type { Manifest } from "../../src/encoders/manifest.ts";
import { LookalikeError } from "../../src/errors.ts";
import { type NamedTensors, restoreEncoder, restoreProjectionHead } from "../../src/model/mod.ts";
import type { Dataset } from "../dataset/mod.ts";
import { extractFeatures } from "../evaluate/mod.ts";

/** An encoder's version as the store has it. */
export interface LoadedEncoder {
  manifest: Manifest;
  tensors: NamedTensors;
}

const BATCH = 64;

/**
 * What classifiers see of images: h, or what a layer of the projection head makes of it, at length 1,
 * in float32, as the service computes it.
 *
 * @param dataset The images, of the side that the encoder takes.
 * @param options The encoder, and how many layers of its head follow h.
 * @returns float32 `[count, F]`, and F.
 * @throws {LookalikeError} `invalid_input` if the encoder has no such layer; `not_finite` if its
 * weights are broken.
 */
export async function unitVectors(
  dataset: Pick<Dataset, "count" | "rows">,
  options: { encoder: LoadedEncoder; layer: number },
): Promise<{ vectors: Float32Array; dimension: number }> {
  const { encoder: { manifest, tensors }, layer } = options;
  checkLayer(manifest, layer);
  const runner = createTensorFlowRunner(restoreEncoder(manifest.architecture, tensors), {
    side: manifest.inputSize,
    maxBatch: BATCH,
    precision: "float32",
    ...(layer > 0
      ? { behind: { head: restoreProjectionHead(manifest.head!, tensors), layer } }
      : {}),
  });
  try {
    const { dimension } = runner;
    const vectors = await extractFeatures(runner, dataset);
    for (let from = 0; from < vectors.length; from += dimension) {
      vectors.set(normalize(vectors.subarray(from, from + dimension)), from);
    }
    return { vectors, dimension };
  } finally {
    runner.dispose();
  }
}

function checkLayer({ name, version, head }: Manifest, layer: number): void {
  const most = head?.layers.length ?? 0;
  if (layer <= most) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot classify by layer ${layer} of the projection head of ${name}@${version} as it must be ` +
      `from 0, which is h, to ${most}.`,
    { param: "method.layer" },
  );
}
