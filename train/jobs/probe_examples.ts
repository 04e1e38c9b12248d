import { LookalikeError } from "../../src/errors.ts";
import type { FineTuningRequest } from "../../src/jobs/job.ts";
import type { JobContext } from "./job_context.ts";
import { type JobExamples, readJobVectors } from "./job_files.ts";
import { openJobImages } from "./job_images.ts";
import { unitVectors } from "./unit_vectors.ts";

/** Labelled examples as a probe sees them. */
export interface ProbeExamples {
  /** At length 1, float32 `[N, F]`. */
  vectors: Float32Array;
  /** F. */
  dimension: number;
  /** The examples that these are of. */
  examples: JobExamples["examples"];
  /** int32 `[N]`. */
  labels: Int32Array;
}

/**
 * The labelled examples of a probe: vectors that came with the job, or else its images through the
 * encoder. Images that cannot be read are left out, with a warning.
 *
 * @param request Encoder and layer.
 * @param context What the job works with, and what is known of its images.
 * @returns The examples.
 * @throws {LookalikeError} `invalid_input` if nothing is left; `damaged` if the vectors are others;
 * `not_found` if the encoder has gone.
 */
export async function probeExamples(
  request: Pick<FineTuningRequest, "model" | "layer">,
  context: JobContext & { known: JobExamples },
): Promise<ProbeExamples> {
  const { folder, encoders, report, known } = context;
  const labelled = known.examples.filter(({ label }) => label !== null);
  const given = await readJobVectors(folder);
  if (given) {
    const { vectors, dimension } = given;
    const rows = vectors.length / dimension;
    if (rows !== known.examples.length) throw otherVectors(rows, known.examples.length);
    const isLabelled = known.examples.map(({ label }) => label !== null);
    return {
      ...{ dimension, examples: labelled, labels: labelsOf(labelled) },
      vectors: vectors.filter((_, at) => isLabelled[Math.floor(at / dimension)]),
    };
  }
  const encoder = await encoders.load(request.model);
  using images = await openJobImages(folder, {
    known: { ...known, examples: labelled },
    side: encoder.manifest.inputSize,
    onProgress: (done, total) => report.activity("decoding images", done, total),
  });
  if (images.skipped) report.warn(images.skipped);
  const { examples } = images;
  const found = await unitVectors(images.dataset, { encoder, layer: request.layer });
  return { ...found, examples, labels: labelsOf(examples) };
}

function labelsOf(examples: JobExamples["examples"]): Int32Array {
  return Int32Array.from(examples, ({ label }) => label!);
}

function otherVectors(rows: number, examples: number): LookalikeError {
  return new LookalikeError(
    "damaged",
    `Cannot use the vectors of the job as there must be one of each of ${examples} examples: there ` +
      `are ${rows}.`,
  );
}
