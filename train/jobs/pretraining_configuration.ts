import type { PretrainingRequest } from "../../src/jobs/job.ts";
import { type PretrainConfig, resolveConfig } from "../config.ts";

/** A tenth of a run at most is warm-up, where nobody says how long it is. */
const MOST_WARMUP = 0.1;

/**
 * The fields of a job's configuration over its preset's: those that were given, and where usual ones
 * could not be, or would not suit, others. A batch is as large as there are images; a warm-up ends
 * well before the run; views have the side of the encoder that the run begins from.
 *
 * @param request What was given.
 * @param facts How many images there are, null where that is not known; the side that the encoder to
 * begin from takes, if there is one; and the seconds from one checkpoint to the next.
 * @returns The fields.
 * @throws {LookalikeError} `invalid_input` if there is no such preset.
 */
export function pretrainingConfiguration(
  request: Pick<PretrainingRequest, "configuration" | "preset">,
  facts: { images: number | null; side: number | null; checkpointEvery: number },
): Record<string, unknown> {
  const { configuration: given, preset } = request;
  const usual = resolveConfig({}, preset ?? {});
  const { images, side, checkpointEvery } = facts;
  const fitting: Partial<PretrainConfig> = {
    batchSize: Math.max(2, Math.min(usual.batchSize, images ?? Infinity)),
    warmupEpochs: Math.min(
      usual.warmupEpochs,
      MOST_WARMUP * Number(given.epochs ?? usual.epochs) || 0,
    ),
    imageSize: side ?? usual.imageSize,
    checkpointEvery: Math.min(usual.checkpointEvery, checkpointEvery),
  };
  return { ...fitting, ...given };
}
