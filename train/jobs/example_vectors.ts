import { LookalikeError } from "../../src/errors.ts";
import type { JobContext } from "./job_context.ts";
import type { JobExamples } from "./job_files.ts";
import { openJobImages } from "./job_images.ts";
import { unitVectors } from "./unit_vectors.ts";

/**
 * The vectors of a job's examples by any encoder, from their images at its own size.
 *
 * @param reference The encoder, `NAME@VERSION`.
 * @param options How many layers of its head follow h; which examples, of what classes; and the job.
 * @returns At length 1, float32 `[N, F]`, and F.
 * @throws {LookalikeError} `not_found` if the encoder has gone; `invalid_input` if an image cannot be
 * read, or the encoder has no such layer.
 */
export async function exampleVectors(
  reference: string,
  options: { layer: number; known: JobExamples; context: JobContext },
): Promise<{ vectors: Float32Array; dimension: number }> {
  const { layer, known, context: { encoders, folder, report } } = options;
  const encoder = await encoders.load(reference);
  const { inputSize: side } = encoder.manifest;
  const onProgress = (done: number, total: number | null) =>
    report.activity(`decoding images of ${side}×${side}`, done, total);
  using images = await openJobImages(folder, { known, side, onProgress });
  if (images.skipped) throw new LookalikeError("invalid_input", images.skipped);
  return await unitVectors(images.dataset, { encoder, layer });
}
